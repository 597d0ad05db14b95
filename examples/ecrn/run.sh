#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# NTK-ECRN against fully connected and plain residual networks on five problems. Wants a build in build/release
# (examples/run.sh makes one) and leaves its files in build/ecrn.
#
#   run.sh [SEEDS]     5 unless said otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=build/ecrn
mkdir -p "$out"

build/release/examples/ecrn/ecrn examples/ecrn/data examples/digits/data "$out" "${1:-5}"
if command -v gnuplot >/dev/null; then
  for kind in png svg; do gnuplot -e "folder='$out'; kind='$kind'" examples/ecrn/figure.gp; done
  echo "eigenvalues, test errors and drift: $out/ecrn.png, $out/ecrn.svg"
else
  echo "gnuplot is not installed: no picture" >&2
fi
