#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# How lazily networks of growing width train. Wants a build in build/release (examples/run.sh makes one) and leaves
# its files in build/lazy.
#
#   run.sh [SEEDS]     10 unless said otherwise, half of them for the two widest
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=build/lazy
mkdir -p "$out"

build/release/examples/lazy/lazy examples/digits/data "$out" "${1:-10}"
if command -v gnuplot >/dev/null; then
  for kind in png svg; do gnuplot -e "folder='$out'; kind='$kind'" examples/lazy/figure.gp; done
  echo "the powers of the width: $out/lazy.png, $out/lazy.svg"
else
  echo "gnuplot is not installed: no picture" >&2
fi
