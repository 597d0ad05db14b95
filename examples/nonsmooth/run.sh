#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Four kernels of one network on functions with jumps and kinks. Wants a build in build/release (examples/run.sh
# makes one) and leaves its files in build/nonsmooth.
#
#   run.sh [SEEDS]     20 unless said otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=build/nonsmooth
mkdir -p "$out"

build/release/examples/nonsmooth/nonsmooth "$out" "${1:-20}"
if command -v gnuplot >/dev/null; then
  gnuplot -e "folder='$out'" examples/nonsmooth/figure.gp
  echo "predictions and eigenfunctions of seed 0: $out/nonsmooth.png"
else
  echo "gnuplot is not installed: no picture" >&2
fi
