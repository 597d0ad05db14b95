#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Both kernels answer, and neither tells where it was built.
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
