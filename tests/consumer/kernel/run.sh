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

spectrum_of() { NNTK_INSTRUCTION_SET=$1 ./narrow spectrum --kernel ntk --x samples.csv --quiet; }
printf '1,2\n0.5,-1\n-2,0.25\n' >samples.csv
./narrow info | grep -q 'instruction set .*fma3+avx2 of sse4.2, fma3+avx2'
diff <(spectrum_of sse4.2) <(spectrum_of fma3+avx2)
diff <(spectrum_of fma3+avx2) <(spectrum_of "")
