#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# test_names.sh ROOT: no name of a test holds what CMake's lists or Catch's tags are made of: such a test would be left
# out, and with it all that follow.
set -euo pipefail
cd "$1/tests"
if grep -rPzo 'TEST_CASE\(\s*"[^"]*[][;\\\\][^"]*"' --include='*.cpp' .; then
  echo "expected names of tests without brackets, semicolons and backslashes, found these"
  exit 1
fi
