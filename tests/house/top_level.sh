#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# top_level.sh ROOT: no name at the top of the repository but the fixed ones, what git ignores, and dot files.
set -euo pipefail
cd "$1"

failed=0
for name in *; do
  case $name in
    include | src | tests | bench | examples | cmake | CMakeLists.txt | CMakePresets.json | README.md | LICENSE) ;;
    build | build-* | compile_commands.json) ;;
    *)
      echo "$name does not belong to the top level"
      failed=1
      ;;
  esac
done
exit $failed
