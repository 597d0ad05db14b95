#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds in build/release, and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/packages.sh

nntk_install_packages "${nntk_packages[@]}"
nntk_build release
echo "Testing build/release"
ctest --preset release -j "$(nproc)"
