#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Runs a kernel binary as a user does: what works, and what must be refused in one line with the right exit code
# and no file left behind.
#
#   binary_test.sh BINARY
set -u

if [ $# -ne 1 ]; then
  echo "usage: binary_test.sh BINARY" >&2
  exit 2
fi
binary=$(realpath "$1")
folder=$(mktemp -d)
trap 'chmod -R u+rwx "$folder"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
passed=0
failed=0

check() { # NAME CONDITION...
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name; standard error: $(head -c 300 errors)"
  fi
}

# In the shell itself, since these are asked for hundreds of times and a process costs milliseconds.
is_one_line() {
  local text
  IFS= read -r -d '' text <errors
  [[ $text == ?*$'\n' && ${text%$'\n'} != *[![:print:]]* ]]
}
list_files() { # into `listed`, a line each
  local IFS=$'\n' names
  shopt -s dotglob nullglob
  names=(*)
  shopt -u dotglob nullglob
  listed="${names[*]}"
}
lists_same() {
  list_files
  [ "$listed" = "$1" ]
}

# What is refused: exit code, then the words.
refuse() { # CODE ARGUMENT...
  local code=$1 found before
  shift
  : >output >errors
  list_files
  before=$listed
  "$binary" "$@" >output 2>errors </dev/null
  found=$?
  check "exit code $found, expected $code: $*" [ "$found" -eq "$code" ]
  check "one line: $*" is_one_line
  check "no file left: $*" lists_same "$before"
  check "nothing on standard output: $*" [ ! -s output ]
}

accept() { # ARGUMENT...
  "$binary" "$@" >output 2>errors </dev/null
  local code=$?
  check "exit code $code, expected 0: $*" [ "$code" -eq 0 ]
}

# A .npy file of version 1.0: DESCR SHAPE BYTES, the bytes as printf writes them.
write_npy() { # FILE DESCR SHAPE BYTES
  local header="{'descr': '$2', 'fortran_order': False, 'shape': $3, }"
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$header" >"$1"
  printf "$4" >>"$1"
}

# Which of its programs the binary runs: the widest that the processor has, or the one that is asked for.
accept info --json
chosen=$(sed -n 's/.*"instruction_set": "\(.*\)".*/\1/p' output)
check "the program that runs is listed" grep -q "^ *\"$chosen\",\?$" output
NNTK_INSTRUCTION_SET=$chosen accept info
NNTK_INSTRUCTION_SET='' accept info
NNTK_INSTRUCTION_SET=abacus refuse 2 info
check "what there is is told" grep -q "expected.* $chosen.*, found another$" errors
case $binary in
*linear-kernel)
  accept info
  check "a program for a processor that nobody has is listed" grep -q "instruction set  *sse2 of sse2, fma4" output
  NNTK_INSTRUCTION_SET=fma4 refuse 2 info
  check "and not offered" grep -q "expected sse2, which" errors
  ;;
esac

write_rows() { # COUNT WIDTH SHIFT
  awk -v count="$1" -v width="$2" -v shift="$3" 'BEGIN {
    for (i = 0; i < count; ++i)
      for (j = 0; j < width; ++j)
        printf "%d.%04d%s", (i * 7 + j * 3 + shift) % 3, ((i + 1) * (j + 5) * 7919 + i * i * 31 + shift) % 10000,
               j + 1 < width ? "," : "\n"
  }'
}

value_of() { grep -m1 "\"$1\":" | tr -dc '0-9'; }

# Data that fit this binary.
"$binary" info --json >info.json 2>/dev/null || { echo "info --json failed"; exit 1; }
inputs=$(value_of inputs <info.json)
parameters=$(value_of parameter_count <info.json)
draws=$([ "$(value_of noise_count <info.json)" -gt 0 ] && echo true || echo false)
write_rows 9 "$inputs" 0 >x.csv
write_rows 4 "$inputs" 5 >z.csv
write_rows 1 "$inputs" 9 >one.csv
write_rows 9 $((inputs + 1)) 0 >wide.csv
printf '%s\n' 0 1 2 0 1 2 0 1 2 >y.csv
printf '%s\n' 0.5 1.25 2 0 1 2 0 1 3 >values.csv
printf '%s\n' 0 1 2 1 >y4.csv
printf '%s\n' 4 4 4 4 4 4 4 4 4 >same.csv
write_rows 9 3 2 >targets.csv
write_rows 9 4 2 >wide_targets.csv
train="train --x x.csv --y y.csv --gradient nonlocal"

echo "# what works"
accept --help
check "help names every command" grep -q predict output
accept --version
for command in info init gram spectrum predict train dynamics bench; do accept "$command" --help; done
accept info
check "info tells the BLAS" grep -q BLAS output
accept init --seed 1 --out theta.npy
accept init --seed 1 --out again.npy
check "a seed draws the same parameters twice" cmp -s theta.npy again.npy
accept init --seed 2 --out other.npy
check "another seed draws others" bash -c '! cmp -s theta.npy other.npy'
check "parameters are f64" [ "$(stat -c %s theta.npy)" -eq $((128 + 8 * parameters)) ]
accept gram --x x.csv --seed 1 --out K.npy
accept gram --x x.csv --theta theta.npy --out K2.npy --threads 3
check "the parameters of a seed are those that init draws, whatever the threads" cmp -s K.npy K2.npy
accept gram --x x.csv --seed 1 --out - --quiet
check "- is standard output" cmp -s K.npy output
check "quiet is silent" [ ! -s errors ]
accept gram --x x.csv --x2 z.csv --out R.npy
check "a rectangle has its shape" grep -aq "(9, 4)" R.npy
accept gram --x x.csv --outputs full --out F.npy
accept gram --x x.csv --outputs diagonal --out D.npy
accept gram --x x.csv --outputs sum --out S.npy
accept gram --x one.csv --out one.npy
check "one sample has a kernel" grep -aq "(1, 1)" one.npy
accept gram --x x.csv --kernel nntk --samples 16 --standard-error E.npy --out N.npy
check "the standard error has the kernel's shape" grep -aq "(9, 9)" E.npy
for estimator in plugin unbiased energy; do
  accept gram --x x.csv --kernel nntk --samples 8 --estimator $estimator --direction gaussian --interaction gaussian --out N.npy
done
if grep -q '"has_infinite_width": true' info.json; then
  accept gram --x x.csv --kernel nngp --out G.npy
  accept gram --x x.csv --kernel ntk-infinite --out I.npy
  accept predict --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --kernel ntk-infinite
else
  refuse 2 gram --x x.csv --kernel nngp --out bad.npy
fi
if ! $draws; then
  for flag in "--realisations 4" "--average network" "--noise-seed 1" "--kernel nntk --noise common"; do
    refuse 2 gram --x x.csv $flag --out bad.npy
  done
else
  accept gram --x x.csv --realisations 4 --out K4.npy
  accept gram --x x.csv --realisations 4 --average network --out M4.npy
  check "the mean network has a kernel of its own" bash -c '! cmp -s K4.npy M4.npy'
  accept gram --x x.csv --realisations 4 --noise-seed 1 --out again.npy
  check "another seed draws other noise" bash -c '! cmp -s K4.npy again.npy'
  accept gram --x x.csv --realisations 4 --threads 3 --out again.npy
  check "realisations are the same for any threads" cmp -s K4.npy again.npy
  for noise in common independent; do
    accept gram --x x.csv --kernel nntk --samples 32 --realisations 16 --noise $noise --standard-error E.npy --out N.npy
    accept gram --x x.csv --kernel nntk --samples 32 --realisations 16 --estimator unbiased --noise $noise --out N.npy
    accept gram --x x.csv --kernel nntk --samples 8 --realisations 3 --average network --attention response --anchors z.csv \
      --noise $noise --out N.npy
  done
  accept $train --steps 2 --samples 8 --realisations 3 --out t.npy
  accept $train --steps 2 --samples 8 --realisations 3 --noise-seed 1 --out again.npy
  check "other noise trains to other parameters" bash -c '! cmp -s t.npy again.npy'
  refuse 2 gram --x x.csv --noise common --out bad.npy
  refuse 2 gram --x x.csv --realisations 0 --out bad.npy
  refuse 2 gram --x x.csv --kernel nntk --samples 8 --realisations 9 --out bad.npy
  refuse 2 gram --x x.csv --kernel nntk --samples 8 --realisations 8 --estimator unbiased --out bad.npy
  refuse 2 gram --x x.csv --kernel nntk --samples 9 --realisations 4 --estimator plugin --out bad.npy
  refuse 2 gram --x x.csv --kernel nntk --samples 8 --realisations 4 --estimator plugin --attention distance --out bad.npy
  refuse 2 gram --x x.csv --kernel nntk --samples 8 --realisations 4 --estimator plugin --standard-error bad2.npy --out bad.npy
fi
for law in "--interaction ball" "--interaction riesz --order 0.7 --inner-radius 0.01" "--direction orthogonal" \
  "--direction coordinate" "--direction rank-one" "--antithetic" "--antithetic --estimator unbiased"; do
  accept gram --x x.csv --kernel nntk --samples 8 $law --standard-error E.npy --out N.npy
done
for attention in "distance --temperature 0.01" "dot --sketch-rows 4" "response --anchors z.csv" "own --temperature 0.1"; do
  for estimator in plugin unbiased energy; do
    accept gram --x x.csv --kernel nntk --samples 8 --attention $attention --estimator $estimator \
      --standard-error E.npy --out N.npy
  done
done
check "info lists the laws" grep -q '"riesz"' info.json
accept spectrum --x x.csv
check "the spectrum tells the trace" grep -q trace output
accept spectrum --gram K.npy --json --out eigenvalues.npy
check "JSON has the rank" grep -q '"rank"' output
check "as many eigenvalues as rows" grep -aq "(9,)" eigenvalues.npy
check "JSON has the verdict, the ranks and the effective dimension" [ "$(grep -cE \
  '"(definiteness|participation_ratio|stable_rank|effective_dimension|targets)"' output)" -eq 4 ]
accept spectrum --x one.csv
accept spectrum --x x.csv --y y.csv --learning-curve 3,9
for row in "^class separation" "^centred alignment" "^energy in the leading 9 .* 100.00 %" "^predicted error, 9 examples"; do
  check "the spectrum with labels has a row $row" grep -q "$row" output
done
accept spectrum --gram K.npy --y values.csv --ridge 0.1 --learning-curve 3,1,3 --json --out with_targets.npy
check "as many predicted errors as numbers of examples" [ "$(grep -c '"relative_error"' output)" -eq 3 ]
check "values have no classes to separate" bash -c '! grep -q class_separation output'
check "targets change no eigenvalue that is stored" grep -aq "(9,)" with_targets.npy
accept spectrum --gram K.npy --y y.csv --task regression --quiet
check "a quiet spectrum tells nothing else" [ ! -s errors ]
accept spectrum --x x.csv --y targets.csv --ridge 0 --learning-curve 9
printf '1,2\n2,1\n' >indefinite.csv
printf '0.5\n1\n' >y2.csv
accept spectrum --gram indefinite.csv --y y2.csv
check "an indefinite kernel is told" grep -q "definiteness .* indefinite" output

# Bytes that a picture begins with.
begins() { # FILE BYTES
  [ "$(head -c ${#2} "$1")" = "$2" ]
}

accept spectrum --x x.csv --y y.csv --learning-curve 3,1,9 --plot p.svg --out with_picture.npy
check "a picture has the words of its axes" grep -q "predicted mean square error" p.svg
check "and the marks of the table" grep -q "effective dimension" p.svg
accept spectrum --gram K.npy --plot p.pdf --json --quiet
check "a .pdf is one" begins p.pdf "%PDF-"
check "a drawing changes no table" grep -q '"rank"' output
accept spectrum --x one.csv --plot p.png
check "a .png is one" begins p.png $'\x89PNG'
accept spectrum --gram indefinite.csv --y y2.csv --ridge 0 --plot p.svg
printf '0,0\n0,0\n' >zero.csv
accept spectrum --gram zero.csv --plot p.svg
accept predict --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --ridge 1e-3 --out P.npy
check "labels are guessed" grep -q accuracy output
check "one prediction a row" grep -aq "(4,)" P.npy
accept predict --x x.csv --y values.csv --x-test x.csv --y-test values.csv --ridge 0.1 --json
check "values are guessed" grep -q r_squared output
accept predict --x x.csv --y y.csv --x-test z.csv --ridge 0.1 --task regression --out -
check "predictions on standard output are .npy" grep -aq NUMPY output
accept predict --x x.csv --y wide.csv --x-test z.csv --ridge 0.1 --out P2.npy
for landmarks in "" "--landmarks 3"; do
  accept predict --x x.csv --y y.csv --x-test z.csv --ridge 1e-3 --solver conjugate-gradients $landmarks --out P3.npy
  check "conjugate gradients tell their steps" grep -q 'conjugate gradients: [0-9]* steps to a residual of' errors
  check "the solvers give the same labels" cmp -s P.npy P3.npy
done
accept dynamics --x x.csv --y y.csv --x-test z.csv --y-test y4.csv
check "the flow has an end" grep -qE "^ *inf " output
accept dynamics --x x.csv --y values.csv --times 0 --json --quiet
check "before the flow the targets have their mean" grep -qE '"r_squared": -?(0\.0|[0-9.]+e-1[4-9])' output
accept dynamics --x x.csv --y values.csv --x-test z.csv --times 0,1.5,inf --out Y.npy
check "outputs of each time" grep -aq "(3, 4, 1)" Y.npy
head -1 values.csv >value.csv
accept dynamics --x x.csv --y values.csv --task regression --x-test one.csv --y-test value.csv --json
check "no time is best where no score is defined" bash -c '! grep -q best_time output'
accept dynamics --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --loss cross-entropy --times 0.1,1 --json
check "the loss has a name" grep -q '"loss": "cross-entropy"' output
accept dynamics --x x.csv --y targets.csv --x-test z.csv --kernel nntk --samples 16 --times 1
accept dynamics --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --times 0,1,inf --plot p.svg
check "losses and scores are drawn, and the ends of time" [ "$(grep -cE 'squared loss|accuracy \(%\)|∞' p.svg)" -ge 4 ]
check "and the best time is marked" grep -q "best on test data, time " p.svg
accept dynamics --x x.csv --y values.csv --times 0 --plot p.png
accept dynamics --x x.csv --y y.csv --momentum 0.5 --json
value_in() { awk -F'[:,]' -v key="\"$1\"" '$1 ~ key && $2 ~ /^ *[-0-9]/ { print $2; exit }' "$2"; }
rate=$(value_in critical_learning_rate output)
accept dynamics --x x.csv --y y.csv --json
check "momentum raises the critical learning rate by itself" awk -v heavy="$rate" \
  -v plain="$(value_in critical_learning_rate output)" 'BEGIN { exit !(heavy / plain - 1.5 < 1e-12 && heavy / plain - 1.5 > -1e-12) }'
accept dynamics --x x.csv --y targets.csv --seed 1 --initial network --times 0 --json
start=$(value_in loss output)
accept train --x x.csv --y targets.csv --steps 1 --learning-rate 1e-9 --seed 1 --json --out t.npy
check "a flow from the network starts at its loss, $start" awk -v flow="$start" -v own="$(value_in loss_before output)" \
  'BEGIN { exit !(flow / own - 1 < 1e-12 && flow / own - 1 > -1e-12) }'
accept dynamics --x x.csv --y targets.csv --initial zero --times 0 --json
check "a flow may start from zero" grep -q '"initial": "zero"' output
accept dynamics --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --loss cross-entropy --initial network --times 0,1
check "the loss on test data is told" grep -q "test loss" output
printf '%s\n' 0 1 2 5 >unseen.csv
accept dynamics --x x.csv --y y.csv --x-test z.csv --y-test unseen.csv --times 1
check "but not where a label was never seen" bash -c '! grep -q "test loss" output'
accept $train --steps 3 --samples 16 --seed 1 --out trained.npy
check "training tells the loss and the accuracy" grep -q "loss after" output
check "training is scored" grep -q accuracy output
check "trained parameters are f64" [ "$(stat -c %s trained.npy)" -eq $((128 + 8 * parameters)) ]
accept $train --steps 3 --samples 16 --theta theta.npy --threads 3 --nonlocal-seed 1 --out again.npy
check "a training is the same bits for any threads" cmp -s trained.npy again.npy
accept $train --steps 3 --samples 16 --seed 1 --out - --quiet
check "trained parameters on standard output are .npy" cmp -s trained.npy output
check "a quiet training tells nothing but them" [ ! -s errors ]
accept gram --x x.csv --theta trained.npy --out trained_gram.npy
check "training moves the parameters" bash -c '! cmp -s trained.npy theta.npy'
accept train --x x.csv --y targets.csv --gradient nonlocal --steps 60 --samples 64 --learning-rate 0.05 --json --out t.npy
check "training lowers the loss" awk -F'[:,]' '/loss_before/ { before = $2 } /loss_after/ { after = $2 }
  END { exit !(after < 0.9 * before) }' output
check "values are scored by R^2" grep -q r_squared output
accept train --x x.csv --y targets.csv --steps 200 --learning-rate 0.05 --momentum 0.5 --seed 1 --json --out t.npy
check "the network's own gradient lowers the loss" awk -F'[:,]' '/loss_before/ { before = $2 } /loss_after/ { after = $2 }
  END { exit !(after < before) }' output
check "momentum is told" grep -q '"momentum": 0.5' output
accept train --x x.csv --y targets.csv --steps 200 --learning-rate 0.05 --momentum 0.5 --seed 1 --threads 3 --out t2.npy
check "and gives the same bits for any threads" cmp -s t.npy t2.npy
for gradient in local nonlocal; do
  accept train --x x.csv --y y.csv --gradient $gradient --loss cross-entropy --steps 60 --learning-rate 0.05 --seed 1 --json --out t.npy
  check "the $gradient gradient lowers the cross-entropy" awk -F'[:,]' '/loss_before/ { before = $2 } /loss_after/ { after = $2 }
    END { exit !(after < before) }' output
  check "the loss of a training has a name" grep -q '"loss": "cross-entropy"' output
done
refuse 2 train --x x.csv --y targets.csv --quiet --loss cross-entropy --out bad.npy
refuse 2 train --x x.csv --y targets.csv --task regression --loss cross-entropy --out bad.npy
refuse 2 train --x x.csv --y y.csv --loss hinge --out bad.npy
refuse 2 train --x x.csv --y targets.csv --samples 8 --out bad.npy
refuse 2 train --x x.csv --y targets.csv --gradient local --direction rank-one --out bad.npy
batches="train --x x.csv --y targets.csv --batch-size 4 --steps 20 --learning-rate 0.05 --seed 1"
accept $batches --json --out t.npy
check "mini-batches lower the loss" awk -F'[:,]' '/loss_before/ { before = $2 } /loss_after/ { after = $2 }
  END { exit !(after < before) }' output
check "and are told" grep -q '"batch_size": 4' output
accept $batches --threads 3 --batch-seed 1 --out t2.npy
check "are the same for any threads, drawn by the seed of the parameters" cmp -s t.npy t2.npy
accept $batches --batch-seed 2 --out t2.npy
check "another seed draws other batches" bash -c '! cmp -s t.npy t2.npy'
whole="train --x x.csv --y targets.csv --gradient nonlocal --samples 8 --steps 20 --learning-rate 0.01 --seed 1"
accept $whole --batch-size 9 --out t.npy
accept $whole --out t2.npy
check "a batch of all samples is no batch" cmp -s t.npy t2.npy
for size in 0 -1 10 1.5 all; do refuse 2 train --x x.csv --y targets.csv --quiet --batch-size $size --out bad.npy; done
refuse 2 train --x x.csv --y targets.csv --batch-seed 1 --out bad.npy
for how in "" "--batch-size 4 --momentum 0.5" "--gradient nonlocal --samples 8 --batch-size 4 --momentum 0.5" \
  "--y y.csv --loss cross-entropy --batch-size 2"; do
  case $how in *--y*) run="train --x x.csv $how" ;; *) run="train --x x.csv --y targets.csv $how" ;; esac
  run+=" --learning-rate 0.01 --seed 1"
  accept $run --steps 11 --checkpoint whole.ckp --out t.npy
  accept $run --steps 6 --checkpoint part.ckp --checkpoint-every 4 --out t2.npy
  accept $run --steps 11 --resume part.ckp --checkpoint part.ckp --threads 3 --out t2.npy
  check "a training that is resumed ends in the same bits ($how)" cmp -s t.npy t2.npy
  check "and in the same checkpoint" cmp -s whole.ckp part.ckp
done
watched="train --x x.csv --y targets.csv --x-test x.csv --y-test targets.csv --learning-rate 0.05 --seed 1 --steps 12"
accept $watched --record 4 --record-out records.csv --checkpoint c.ckp --json --out t.npy
cp output whole.json
check "as many records as steps to record" [ "$(wc -l <records.csv)" -eq 5 ]
for key in distance eigenvalue_5 condition_number drift alignment overlap mode_1_predicted test_loss suggested_step \
  lowest_test_loss_step test_r_squared; do
  check "a record has its $key" grep -q "\"$key\"" output
done
check "the network starts where its kernel does" grep -q '"drift": 0.0,' output
accept $watched --record 4 --resume c.ckp --record-out again.csv --json --out t2.npy
check "a finished training that is resumed tells the same" cmp -s output whole.json
check "and has the same records" cmp -s records.csv again.csv
accept $watched --record 4 --plot p.svg --json --out t2.npy
check "a training that is drawn tells the same" cmp -s output whole.json
for words in "squared loss" "test data" "as the first kernel expects, step" "eigenvalue 5" "distance from the start" \
  "with the targets" "as the first kernel predicts"; do
  check "the picture has its $words" grep -q "$words" p.svg
done
accept $watched --record 2 --momentum 0.5 --plot p.pdf --quiet --out -
check "a .pdf of a training is one" begins p.pdf "%PDF-"
accept $watched --record 3 --out t2.npy
check "the table has the records" grep -qE "condition number .* overlap" output
check "and the modes with their predictions" grep -q "mode 5 predicted" output
check "records change no parameter" cmp -s t.npy t2.npy
accept $watched --record 3 --record-samples 5 --momentum 0.5 --out t2.npy
check "no prediction of modes where it does not stand" bash -c '! grep -q "mode 1" output'
accept train --x x.csv --y y.csv --x-test z.csv --y-test y4.csv --loss cross-entropy --gradient nonlocal --samples 16 --steps 4 \
  --learning-rate 0.01 --batch-size 4 --record 4 --record-samples 6 --out t.npy
check "classes are watched too" grep -q "test accuracy" output
refuse 2 $watched --record 1 --out bad.npy
refuse 2 $watched --record many --out bad.npy
refuse 2 $watched --quiet --record 3 --record-samples 10 --out bad.npy
refuse 2 $watched --record-samples 3 --out bad.npy
refuse 2 $watched --record-out bad.csv --out bad.npy
refuse 2 $watched --record 3 --record-out - --out bad.npy
refuse 2 $watched --record 3 --record-out bad.npy --out bad.npy
refuse 2 $watched --plot new.png --out bad.npy
check "a picture of a training wants records" grep -q "plot goes with --record" errors
refuse 2 $watched --record 3 --plot new.eps --out bad.npy
refuse 2 $watched --record 3 --plot new.png --out new.png
refuse 2 $watched --record 3 --plot new.png --record-out ./new.png --out bad.npy
refuse 2 $watched --record 3 --plot new.png --checkpoint new.png --out bad.npy
refuse 74 $watched --quiet --record 3 --plot absent/p.svg --out bad.npy
refuse 2 $watched --checkpoint bad.npy --out bad.npy
refuse 2 $watched --checkpoint - --out bad.npy
refuse 2 $watched --checkpoint '' --out bad.npy
refuse 2 $watched --checkpoint-every 3 --out bad.npy
refuse 2 $watched --checkpoint bad.ckp --checkpoint-every 0 --out bad.npy
refuse 2 train --x x.csv --y targets.csv --x-test x.csv --out bad.npy
refuse 2 train --x x.csv --y targets.csv --y-test targets.csv --out bad.npy
refuse 65 train --x x.csv --y targets.csv --x-test wide.csv --y-test targets.csv --out bad.npy
refuse 65 train --x x.csv --y y.csv --quiet --x-test x.csv --y-test targets.csv --out bad.npy
printf '%s\n' 0 1 7 1 >unknown.csv
refuse 65 train --x x.csv --y y.csv --quiet --x-test z.csv --y-test unknown.csv --out bad.npy
accept $watched --checkpoint c.ckp --out t.npy
for other in "--learning-rate 0.06" "--momentum 0.1" "--seed 2" "--batch-size 4" "--record 3" "--y x.csv" "--steps 11" "--x-test one.csv" \
  "--gradient nonlocal"; do
  flag=${other%% *}
  case " $watched " in *" $flag "*) again=$(sed "s| $flag [^ ]*| $other|" <<<"$watched") ;; *) again="$watched $other" ;; esac
  [ "$flag" = --x-test ] && again=$(sed 's|--y-test [^ ]*|--y-test target.csv|' <<<"$again") && head -1 targets.csv >target.csv
  [ "$flag" = --y ] && again=$(sed 's|--y [^ ]*|--y values3.csv|' <<<"$again") && write_rows 9 3 4 >values3.csv
  refuse 65 $again --quiet --resume c.ckp --out bad.npy
done
refuse 65 $watched --quiet --resume absent.ckp --out bad.npy
refuse 65 $watched --quiet --resume . --out bad.npy
refuse 65 $watched --quiet --resume theta.npy --out bad.npy
refuse 65 $watched --quiet --resume x.csv --out bad.npy
size=$(stat -c %s c.ckp)
for length in 0 1 40 $((size / 2)) $((size - 1)); do
  head -c "$length" c.ckp >cut.ckp
  refuse 65 $watched --quiet --resume cut.ckp --out bad.npy
done
cat c.ckp <(printf x) >long.ckp
refuse 65 $watched --quiet --resume long.ckp --out bad.npy
for place in absent/c.ckp . /dev/full; do
  refuse 74 $watched --quiet --checkpoint $place --out bad.npy
  refuse 74 $watched --quiet --record 3 --record-out $place --out bad.npy
done
refuse 2 train --x x.csv --y targets.csv --momentum 1 --out bad.npy
refuse 2 train --x x.csv --y targets.csv --momentum -0.1 --out bad.npy
for law in "--interaction ball" "--interaction riesz --order 0.7 --inner-radius 0.01" "--direction orthogonal" \
  "--direction coordinate" "--direction rank-one" "--direction gaussian --interaction gaussian" "--antithetic" "--layer 1"; do
  accept $train --steps 2 --samples 8 --learning-rate 1e-3 $law --out t.npy
done
if $draws; then
  refuse 2 bench --samples-count 48 --repetitions 1
else
  accept bench --samples-count 48 --repetitions 1 --json
  check "bench has a floor" grep -q '"floor"' output
  accept bench --samples-count 24 --repetitions 1 --outputs full --json
  check "bench says what it keeps" grep -q '"output_mode": "full"' output
  accept bench --samples-count 24 --repetitions 1 --samples 8 --outputs full
  check "bench times the sweeps alone" grep -q '^sweeps' output
fi

echo "# usage"
refuse 2
refuse 2 grma
refuse 2 --foo
refuse 2 gram
refuse 2 gram --foo
refuse 2 gram --x x.csv
refuse 2 gram --x
refuse 2 gram --x x.csv --x x.csv --out bad.npy
refuse 2 info gram
refuse 2 info extra
refuse 2 init --out bad.npy
refuse 2 init --seed -1 --out bad.npy
refuse 2 init --seed 18446744073709551616 --out bad.npy
refuse 2 init --seed 1 --out ''
refuse 2 gram --x x.csv --kernel foo --out bad.npy
refuse 2 gram --x x.csv --outputs all --out bad.npy
refuse 2 gram --x x.csv --threads 0 --out bad.npy
refuse 2 gram --x x.csv --threads 1e1 --out bad.npy
refuse 2 gram --x x.csv --theta theta.npy --seed 1 --out bad.npy
refuse 2 gram --x x.csv --kernel nngp --seed 1 --out bad.npy
refuse 2 gram --x x.csv --kernel ntk-infinite --theta theta.npy --out bad.npy
refuse 2 gram --x x.csv --kernel ntk --samples 8 --out bad.npy
refuse 2 gram --x x.csv --radius 0.1 --out bad.npy
refuse 2 gram --x x.csv --nonlocal-seed 1 --out bad.npy
refuse 2 gram --x x.csv --standard-error bad2.npy --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 1e3 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 12abc --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 0 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 1 --estimator unbiased --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 7 --antithetic --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --order 0.5 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --interaction riesz --order 1 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --interaction riesz --inner-radius 1 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --layer 77 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --temperature 1 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --attention response --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --attention dot --anchors z.csv --out bad.npy
refuse 65 gram --x x.csv --kernel nntk --attention response --anchors wide.csv --out bad.npy
refuse 2 gram --x x.csv --attention distance --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --samples 1 --standard-error bad2.npy --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --standard-error bad.npy --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --radius 0 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --radius -0.1 --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --radius inf --out bad.npy
refuse 2 gram --x x.csv --kernel nntk --interaction cauchy --out bad.npy
refuse 2 spectrum
refuse 2 spectrum --x x.csv --gram K.npy
refuse 2 spectrum --gram K.npy --kernel ntk
refuse 2 spectrum --gram K.npy --json --out -
refuse 2 spectrum --gram K.npy --learning-curve 3
check "a learning curve wants targets" grep -q "learning-curve goes with --y" errors
refuse 2 spectrum --gram K.npy --task regression
for sizes in '' 0 3, 3,,4 3.5 -1 many 10; do refuse 2 spectrum --gram K.npy --y y.csv --learning-curve "$sizes"; done
check "no more examples than rows" grep -q "expected at most 9 examples, .*, found 10" errors
for place in p.jpg p - .png png p.PNG.; do refuse 2 spectrum --gram K.npy --plot "$place"; done
check "the endings of pictures are told" grep -q "ends in .png|.svg|.pdf, found" errors
refuse 2 spectrum --gram K.npy --plot ''
refuse 2 spectrum --gram K.npy --plot new.png --out ./new.png
refuse 2 dynamics --x x.csv --y y.csv --x-test z.csv --plot new.png --out new.png
refuse 2 dynamics --x x.csv --y y.csv --plot new.eps
for ridge in -1 nan inf ''; do refuse 2 spectrum --gram K.npy --ridge "$ridge"; done
refuse 2 spectrum --gram K.npy --y targets.csv --task classification
refuse 2 predict --x x.csv --y y.csv --x-test z.csv
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --ridge -1 --out bad.npy
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --ridge 0 --solver conjugate-gradients --out bad.npy
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --landmarks 3 --out bad.npy
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --solver conjugate-gradients --landmarks 0 --out bad.npy
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --solver gmres --out bad.npy
refuse 2 predict --x x.csv --y y.csv --x-test z.csv --ridge nan --out bad.npy
refuse 2 predict --x x.csv --y wide.csv --x-test z.csv --task classification --out bad.npy
refuse 2 dynamics --x x.csv --y y.csv --out bad.npy
refuse 2 dynamics --x x.csv --y y.csv --y-test y4.csv
refuse 2 dynamics --x x.csv --y y.csv --times 1,1
refuse 2 dynamics --x x.csv --y y.csv --times -1
refuse 2 dynamics --x x.csv --y y.csv --times 1,,2
refuse 2 dynamics --x x.csv --y y.csv --times nan
refuse 2 dynamics --x x.csv --y y.csv --initial start
refuse 2 dynamics --x x.csv --y y.csv --momentum 1
refuse 2 dynamics --x x.csv --y y.csv --kernel ntk-infinite --initial network
refuse 2 dynamics --x x.csv --y y.csv --loss cross-entropy --times 1,inf
refuse 2 dynamics --x x.csv --y values.csv --loss cross-entropy --quiet
refuse 2 train
refuse 2 train --y y.csv --gradient nonlocal --out bad.npy
refuse 2 train --x x.csv --gradient nonlocal --out bad.npy
refuse 2 $train
for gradient in own '' nonlocals; do
  refuse 2 train --x x.csv --y y.csv --gradient "$gradient" --out bad.npy
done
check "what gradient there is is told" grep -q "expected local|nonlocal, found 'nonlocals'" errors
for steps in 0 -1 1.5 1e3 nan 4294967296; do refuse 2 $train --steps $steps --out bad.npy; done
for rate in 0 -0.1 nan inf -inf 1e400 fast; do refuse 2 $train --learning-rate $rate --out bad.npy; done
refuse 2 $train --theta theta.npy --seed 1 --out bad.npy
refuse 2 $train --json --out -
refuse 2 $train --samples 0 --out bad.npy
refuse 2 $train --samples 7 --antithetic --out bad.npy
refuse 2 $train --radius 0 --out bad.npy
refuse 2 $train --order 0.5 --out bad.npy
refuse 2 $train --interaction riesz --inner-radius 1 --out bad.npy
refuse 2 $train --layer 77 --out bad.npy
refuse 2 $train --threads 0 --out bad.npy
refuse 2 train --x x.csv --y wide.csv --gradient nonlocal --task classification --out bad.npy
for flag in --kernel --estimator --attention --temperature --anchors --sketch-rows --standard-error --ridge; do
  refuse 2 $train $flag 1 --out bad.npy
done
refuse 2 bench --samples-count 0
refuse 2 bench --kernel nngp
refuse 2 bench --outputs mean
refuse 2 bench --samples 0
refuse 2 bench --repetitions 1.5

echo "# data"
refuse 65 gram --x absent.npy --out bad.npy
refuse 65 gram --x . --out bad.npy
refuse 65 gram --x wide.csv --out bad.npy
refuse 65 gram --x x.csv --x2 wide.csv --out bad.npy
refuse 65 gram --x x.csv --theta x.csv --out bad.npy
refuse 65 gram --x x.csv --theta one.csv --out bad.npy
: >empty.npy
refuse 65 gram --x empty.npy --out bad.npy
write_npy none.npy '<f8' "(0, $inputs)" ''
refuse 65 gram --x none.npy --out bad.npy
write_npy flat.npy '<f8' '(1,)' '\0\0\0\0\0\0\0\0'
refuse 65 gram --x flat.npy --out bad.npy
write_npy short.npy '<f8' "(9, $inputs)" '\0\0\0'
refuse 65 gram --x short.npy --out bad.npy
write_npy huge.npy '<f8' '(4611686018427387904, 8)' ''
refuse 65 gram --x huge.npy --out bad.npy
write_npy object.npy '|O' "(1, $inputs)" ''
refuse 65 gram --x object.npy --out bad.npy
write_npy complex.npy '<c16' "(1, $inputs)" ''
refuse 65 gram --x complex.npy --out bad.npy
printf '\x93NUMPY\x09\x00\x76\x00{}\n' >version.npy
refuse 65 gram --x version.npy --out bad.npy
size=$(stat -c %s theta.npy)
for length in 1 6 10 60 128 $((size - 1)); do
  head -c "$length" theta.npy >truncated.npy
  refuse 65 gram --x x.csv --theta truncated.npy --out bad.npy
done
cat theta.npy <(printf x) >long.npy
refuse 65 gram --x x.csv --theta long.npy --out bad.npy
for poison in nan inf -inf; do
  sed "3s/^[^,]*/$poison/" x.csv >poisoned.csv
  refuse 65 gram --x poisoned.csv --out bad.npy
  sed "3s/.*/$poison/" y.csv >poisoned_y.csv
  refuse 65 predict --x x.csv --y poisoned_y.csv --x-test z.csv --out bad.npy
done
sed '2s/,.*//; 2s/$/,/' x.csv >ragged.csv
refuse 65 gram --x ragged.csv --out bad.npy
sed '2s/^[^,]*/abc/' x.csv >words.csv
refuse 65 gram --x words.csv --out bad.npy
sed 's/^[^,]*/1e308/' x.csv >overflow.csv
refuse 65 gram --x overflow.csv --out bad.npy
refuse 65 spectrum --gram R.npy
refuse 65 spectrum --gram F.npy
refuse 65 spectrum --gram absent.npy --out bad.npy
printf '1,2\n3,4\n' >crooked.csv
refuse 65 spectrum --gram crooked.csv --out bad.npy
refuse 65 spectrum --gram K.npy --y y4.csv --out bad.npy
refuse 65 spectrum --x x.csv --y absent.csv --out bad.npy
refuse 65 spectrum --x x.csv --y same.csv --quiet --out bad.npy
refuse 65 spectrum --x x.csv --y same.csv --task regression --out bad.npy
check "targets that do not vary are told" grep -q "same.csv: expected targets that vary, found 9" errors
refuse 65 spectrum --gram indefinite.csv --y y2.csv --learning-curve 1 --quiet --out bad.npy
refuse 65 train --x x.csv --y absent.csv --gradient nonlocal --out bad.npy
refuse 65 train --x absent.csv --y y.csv --gradient nonlocal --out bad.npy
refuse 65 train --x wide.csv --y y.csv --gradient nonlocal --out bad.npy
refuse 65 train --x x.csv --y y4.csv --gradient nonlocal --quiet --out bad.npy
refuse 65 train --x x.csv --y wide_targets.csv --gradient nonlocal --quiet --out bad.npy
check "as many targets as outputs" grep -q "expected 3 targets a row in y, as many as .*, found 4" errors
refuse 65 train --x x.csv --y values.csv --gradient nonlocal --quiet --out bad.npy
refuse 65 train --x x.csv --y same.csv --gradient nonlocal --quiet --out bad.npy
sed 's/2/1/' y.csv >two.csv
refuse 65 train --x x.csv --y two.csv --gradient nonlocal --quiet --out bad.npy
check "as many classes as outputs" grep -q "two.csv: expected 3 classes in y, as many as .*, found 2" errors
for poison in nan inf 1e308; do
  sed "3s/^[^,]*/$poison/" targets.csv >poisoned_y.csv
  refuse 65 train --x x.csv --y poisoned_y.csv --gradient nonlocal --steps 2 --quiet --out bad.npy
done
refuse 65 $train --quiet --theta x.csv --out bad.npy
refuse 65 $train --quiet --learning-rate 1e300 --steps 9 --samples 8 --out bad.npy
check "an overflow is told with its step" grep -q "expected a finite loss after step . of 9" errors
refuse 65 predict --x x.csv --y y4.csv --x-test z.csv --out bad.npy
refuse 65 predict --x x.csv --y same.csv --x-test z.csv --out bad.npy --quiet --task classification
refuse 65 predict --x x.csv --y y.csv --x-test wide.csv --out bad.npy
refuse 65 predict --x x.csv --y y.csv --x-test z.csv --y-test y.csv --out bad.npy
refuse 65 dynamics --x x.csv --y y4.csv
refuse 65 dynamics --x x.csv --y wide_targets.csv --quiet --initial network
check "a flow from the network has its outputs" grep -q "expected 3 targets a row in y, as many as .*, found 4" errors
refuse 65 dynamics --x x.csv --y y.csv --x-test wide.csv --out bad.npy
refuse 65 predict --x x.csv --y y.csv --x-test z.csv --y-test z.csv --out bad.npy
cat x.csv x.csv >twice.csv
cat y.csv y.csv >y_twice.csv
refuse 65 predict --x twice.csv --y y_twice.csv --x-test z.csv --ridge 0 --quiet --out bad.npy
printf '\x1b[31m\n' >'evil
name.csv'
refuse 65 gram --x 'evil
name.csv' --out bad.npy

echo "# destinations"
refuse 74 gram --x x.csv --out absent/K.npy
refuse 74 gram --x x.csv --out .
refuse 74 gram --x x.csv --out /dev/full
refuse 74 init --seed 1 --out /dev/full
refuse 74 spectrum --x x.csv --out /dev/full
refuse 74 predict --x x.csv --y y.csv --x-test z.csv --quiet --out /dev/full
for place in absent/T.npy . /dev/full; do
  refuse 74 $train --steps 1 --samples 8 --learning-rate 1e-3 --quiet --out $place
done
refuse 74 gram --x x.csv --kernel nntk --samples 4 --out bad.npy --standard-error /dev/full
refuse 74 spectrum --gram K.npy --plot absent/p.svg
mkdir folder.png
refuse 74 spectrum --gram K.npy --plot folder.png
refuse 74 dynamics --x x.csv --y y.csv --quiet --plot absent/p.pdf
ln -s /dev/full full.svg
refuse 74 spectrum --gram K.npy --plot full.svg
mkdir nothing
PATH=$folder/nothing "$binary" spectrum --gram K.npy --plot new.png >output 2>errors
status=$?
check "no picture without gnuplot: exit code $status, expected 74" [ "$status" -eq 74 ]
check "one line says so" grep -q "expected gnuplot on the PATH to draw new.png, found none" errors
check "and nothing is left" [ ! -e new.png ]
printf old >kept.npy
refuse 74 gram --x x.csv --kernel nntk --samples 4 --out kept.npy --standard-error /dev/full
refuse 65 gram --x wide.csv --out kept.npy
refuse 65 $train --quiet --learning-rate 1e300 --samples 8 --out kept.npy
check "a failure leaves an old file as it was" [ "$(cat kept.npy)" = old ]

fails_with() { # CODE NAME
  check "$2: exit code $status, expected $1" [ "$status" -eq "$1" ]
  check "$2: one line" is_one_line
}
printing=("info" "info --json" "--help" "--version" "spectrum --x x.csv")
$draws || printing+=("bench --samples-count 24 --repetitions 1")
for command in "${printing[@]}"; do
  "$binary" $command >/dev/full 2>errors
  status=$?
  fails_with 74 "$command to a full disk"
  "$binary" $command >&- 2>errors
  status=$?
  fails_with 74 "$command to a closed output"
done
"$binary" gram --x x.csv --out - --quiet >&- 2>errors
status=$?
fails_with 74 "gram to a closed output"
"$binary" spectrum --x x.csv --out bad.npy >/dev/full 2>errors
status=$?
fails_with 74 "spectrum with a full table"
check "no eigenvalues where the table failed" [ ! -e bad.npy ]
"$binary" spectrum --x x.csv --out bad.npy >&- 2>errors
status=$?
fails_with 74 "spectrum with a closed table"
check "no eigenvalues where the table was closed" [ ! -e bad.npy ]
"$binary" gram --x x.csv --out quiet.npy >output 2>&-
check "a closed standard error is no failure" [ $? -eq 0 ]
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked
  chmod a-w locked
  refuse 74 gram --x x.csv --out locked/K.npy
fi

echo "# interruption"
write_rows 1500 "$inputs" 3 >many.csv
interrupt() { # ARGUMENT...
  local before
  list_files
  before=$listed
  timeout --foreground --preserve-status -s INT 2 "$binary" "$@" --out bad.npy >output 2>errors
  status=$?
  if [ "$status" -eq 0 ]; then
    rm -f bad.npy
    echo "(the work ended before it was interrupted: $1)"
  else
    fails_with 130 "interrupted $1"
    check "interrupted $1 leaves nothing" lists_same "$before"
  fi
}
interrupt gram --x many.csv --kernel nntk --samples 4000000
interrupt $train --quiet --steps 4000000000 --samples 2 --learning-rate 1e-9
interrupt $train --quiet --steps 1 --samples 4000000
for gradient in local "nonlocal --samples 8"; do
  endless="train --x x.csv --y targets.csv --gradient $gradient --learning-rate 1e-6 --momentum 0.5 --batch-size 4 --seed 1 --quiet"
  : >broken.ckp
  list_files
  before=$listed
  rm broken.ckp
  timeout --foreground --preserve-status -s INT 1 "$binary" $endless --steps 4000000000 --checkpoint broken.ckp --out bad.npy \
    >output 2>errors
  status=$?
  fails_with 130 "an interrupted training with a checkpoint"
  check "leaves the checkpoint alone" lists_same "$before"
  refuse 65 $endless --steps 1 --resume broken.ckp --out bad.npy
  steps=$(sed -n 's/.*at most 1 steps, found one of \([0-9]*\)$/\1/p' errors)
  accept $endless --steps $((steps + 9)) --resume broken.ckp --out t.npy
  accept $endless --steps $((steps + 9)) --out t2.npy
  check "an interrupted training by the gradient $gradient goes on to the same bits" cmp -s t.npy t2.npy
done
# A matrix in three parts goes to its file part by part: killed while another is at work, or interrupted.
write_rows 3000 "$inputs" 1 >large.csv
stream="gram --x large.csv --kernel nntk --samples 300"
has_a_part() { grep -aqE '^finished: 0*[1-9]' "$1.partial" 2>/dev/null; }
# signal_after_a_part SIGNAL FILE WORD...: runs the binary into FILE, signals once a part is there, and sets status. Under
# job control, since the shell's other jobs in the background ignore SIGINT.
signal_after_a_part() {
  local signal=$1 file=$2 pid
  set -m
  "$binary" "${@:3}" --out "$file" >output 2>errors &
  pid=$!
  set +m
  while ! has_a_part "$file" && kill -0 $pid 2>/dev/null; do sleep 0.05; done
  kill -"$signal" $pid 2>/dev/null
  wait $pid 2>/dev/null
  status=$?
}
signal_after_a_part KILL big.npy $stream --quiet
if [ -e big.npy ]; then
  echo "(the work ended before it was killed: gram)"
else
  refuse 65 spectrum --gram big.npy.partial
  accept $stream --out big.npy
  check "goes on where it was killed" grep -q 'goes on at [1-9][0-9][0-9]* %, where an earlier run stopped$' errors
  signal_after_a_part INT again.npy $stream
  if [ -e again.npy ]; then
    echo "(the work ended before it was interrupted: gram)"
  else
    fails_with 130 "an interrupted gram"
    check "says how far it came" grep -q 'interrupted at [1-9][0-9][0-9]* %: the same command goes on from there$' errors
    check "keeps its part" [ -s again.npy.partial ]
  fi
fi
accept $stream --nonlocal-seed 1 --out other.npy
accept $stream --out again.npy
check "the same bits, whole or in two runs" cmp -s big.npy again.npy
accept $stream --out - --quiet
check "the same numbers in one piece" cmp -s <(tail -c 35280000 big.npy) <(tail -c 35280000 output)
rm -f big.npy again.npy other.npy
check "no part is left" [ -z "$(find . -name '*.partial')" ]

check "no temporary file is left" [ -z "$(find . -name '.nntk-*')" ]

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
