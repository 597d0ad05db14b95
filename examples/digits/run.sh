#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The main job: three kernels of one network on the handwritten digits. Wants a build in build/release
# (examples/run.sh makes one) and leaves its files in build/digits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=build/release/examples/digits/digits
out=build/digits
kernels=(ntk nntk ntk-infinite)
mkdir -p "$out"

options() {  # of a kernel
  case $1 in
    nntk) echo --kernel nntk --samples 4096 --radius 0.1 ;;
    *) echo --kernel "$1" ;;
  esac
}

echo "== Network<Input<64>, Dense<256>, Relu, Dense<256>, Relu, Dense<10>>, compiled to $binary"
"$binary" info
build/release/examples/digits/digits-split examples/digits/data "$out"

for kernel in "${kernels[@]}"; do
  echo
  echo "== $kernel: 1,200 digits to train on, 597 to test"
  # shellcheck disable=SC2046
  "$binary" predict --x "$out/x_train.npy" --y "$out/y_train.npy" --x-test "$out/x_test.npy" \
    --y-test "$out/y_test.npy" $(options "$kernel")
  "$binary" gram --x "$out/x_train.npy" $(options "$kernel") --out "$out/gram_$kernel.npy"
  "$binary" spectrum --gram "$out/gram_$kernel.npy" --out "$out/eigenvalues_$kernel.npy"
done

"$binary" gram --x "$out/x_by_class.npy" --kernel ntk --out "$out/ntk_by_class.npy"
if command -v gnuplot >/dev/null; then
  gnuplot -e "folder='$out'" examples/digits/figure.gp
  echo
  echo "== the Gram matrix and the spectra: $out/digits.png"
else
  echo "gnuplot is not installed: no picture" >&2
fi

echo
echo "== this binary against the same network configured at run time"
"$binary" bench
