#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# includes.sh ROOT: a folder of include/nntk includes itself, the folders before it and the leaves; a leaf includes
# leaves.
set -euo pipefail
cd "$1/include/nntk"

leaves="error|math|simd|wide|tensor|linalg|random|io"
order=(arch expr tangent kernel analysis tool)
failed=0

# Prints the lines of `place` that include something of nntk outside `allowed`.
check() {
  local place=$1 allowed=$2
  if grep -rnE '#include ["<]nntk/' "$place" | grep -vE "#include [\"<]nntk/($allowed)(/|\.hpp)"; then
    echo "^ $place may include only: ${allowed//|/ }"
    failed=1
  fi
}

allowed=$leaves
for folder in "${order[@]}"; do
  allowed+="|$folder"
  check "$folder" "$allowed"
done
for leaf in ${leaves//|/ }; do
  if [[ -d $leaf ]]; then check "$leaf" "$leaves"; else check "$leaf.hpp" "$leaves"; fi
done
for place in *; do
  case "|$leaves|${order[*]}|nntk|" in *[\|\ ]"${place%.hpp}"[\|\ ]*) ;; *)
    echo "include/nntk/$place has no place in the order of includes"
    failed=1
    ;;
  esac
done
exit $failed
