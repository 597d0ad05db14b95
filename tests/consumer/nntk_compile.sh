#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# nntk_compile.sh TOOL kernel|mistakes: `nntk compile` as a user runs it, in a folder and with a cache of its own.
set -euo pipefail
nntk=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME=$scratch/cache
cd "$scratch"

fail() {
  echo "FAILED: $*"
  exit 1
}

write_header() {
  printf '#include <nntk/nntk.hpp>\n#include "width.hpp"\n%s\n' "$2" >"$1.hpp"
}

# expect STATUS SENTENCE COMMAND...: the command's status, a sentence among what it says, and no output file.
expect() {
  local status=0
  "${@:3}" >said 2>&1 </dev/null || status=$?
  [[ $status -eq $1 ]] || fail "${*:3} ended with $status, not $1: $(cat said)"
  grep -qF -- "$2" said || fail "${*:3} did not say '$2': $(cat said)"
  [[ ! -e out ]] || fail "${*:3} left a file"
}

# The same, and nothing else is said.
expect_line() {
  expect "$@"
  [[ $(wc -l <said) -le ${lines:-1} ]] || fail "${*:3} said more than a line: $(cat said)"
}

test_kernel() {
  echo 'inline constexpr std::size_t width = 4;' >width.hpp
  write_header small 'using Architecture = nntk::Network<nntk::Input<2>, nntk::Dense<width>, nntk::Relu, nntk::Dense<1>>;'
  expect 0 "wrote small" "$nntk" compile small.hpp
  ./small info --json | grep -q 17 || fail "the kernel does not describe its 17 parameters"
  if grep -qF "$scratch" small; then fail "the kernel names the place where it was compiled"; fi
  expect 0 "from the cache" "$nntk" compile --processor native small.hpp -o again
  cmp small again
  [[ -x again ]] || fail "the copy does not run"
  [[ $(ls cache/nntk | wc -l) -eq 4 ]] || fail "the cache holds more than kernel and shared object: $(ls cache/nntk)"

  echo 'inline constexpr std::size_t width = 5;' >width.hpp
  "$nntk" compile small.hpp --quiet
  ./small info --json | grep -q 21 || fail "a changed neighbour did not compile the kernel again"
  [[ $(ls cache/nntk/*.binary | wc -l) -eq 3 ]] || fail "what kernels share was compiled again: $(ls cache/nntk)"
}

test_mistakes() {
  echo 'inline constexpr std::size_t width = 4;' >width.hpp
  write_header empty 'using Architecture = nntk::Network<>;'
  write_header nothing ''
  write_header number 'using Architecture = int;'
  write_header broken 'using Architecture = nntk::Network<nntk::Input<2>, nntk::Dence<1>>;'
  local compile=("$nntk" compile --quiet -o out)

  expect 0 compile "$nntk"
  expect 0 compile "$nntk" --help
  expect 0 --processor "$nntk" compile --help
  expect_line 0 "nntk 0." "$nntk" --version
  expect_line 2 "--unknown" "$nntk" --unknown
  expect_line 2 "comple" "$nntk" comple
  expect_line 2 "header" "$nntk" compile
  expect_line 2 "half" "${compile[@]}" empty.hpp --scalar half
  expect_line 2 "abacus" "${compile[@]}" empty.hpp --processor abacus
  expect_line 65 "found no file missing.hpp" "${compile[@]}" missing.hpp
  expect_line 65 "empty.hpp: an empty Network; declare" "${compile[@]}" empty.hpp
  expect_line 65 "nothing.hpp: the header declares no Architecture" "${compile[@]}" nothing.hpp
  expect_line 65 "number.hpp: Architecture is not a network" "${compile[@]}" number.hpp
  lines=4 expect_line 65 "Dence" "${compile[@]}" broken.hpp
  expect_line 74 "cannot write nowhere/out" "$nntk" compile empty.hpp -o nowhere/out
  expect_line 74 "cannot" "${compile[@]}" empty.hpp --cache /dev/null/cache
  expect_line 70 "found no program absent-compiler" env CXX=absent-compiler "${compile[@]}" empty.hpp
  expect_line 70 "found no program make" env PATH=/nowhere "${compile[@]}" empty.hpp
}

"test_$2"
