#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Both kernels answer, and neither tells where it was built; one holds programs for two processors, which agree.
set -euo pipefail
for kernel in ./narrow ./narrow-f32; do
  $kernel info --json | grep -q parameter
  for place in "$PWD" "$(dirname "$0")"; do
    if grep -qF "$place" "$kernel"; then
      echo "$kernel names $place"
      exit 1
    fi
  done
done

printf '1,2\n0.5,-1\n-2,0.25\n' >samples.csv
for set in sse4.2 fma3+avx2; do
  export NNTK_INSTRUCTION_SET=$set
  ./narrow info | grep -q "instruction set  *$set of sse4.2, fma3+avx2"
  ./narrow spectrum --kernel ntk --x samples.csv --quiet >"spectrum-$set"
done
cmp spectrum-sse4.2 spectrum-fma3+avx2
unset NNTK_INSTRUCTION_SET
./narrow info | grep -q 'instruction set  *fma3+avx2 of'
for processor in x86-64-v2 x86-64-v3; do
  if nm --extern-only --defined-only "narrow-$processor.o" | grep .; then
    echo "narrow-$processor.o has symbols that others see"
    exit 1
  fi
done
