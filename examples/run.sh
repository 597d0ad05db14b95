#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds the examples and the tool `nntk` in build/release, and runs the main job: kernels
# of the handwritten digits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/packages.sh

nntk_install_packages "${nntk_packages[@]}"
nntk_build release --target examples nntk_compiler
exec examples/digits/run.sh
