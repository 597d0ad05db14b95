#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes build/peers, a virtual environment with the programs that nntk is compared with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source cmake/packages.sh

nntk_install_packages python3 python3-venv
python3 -m venv build/peers
build/peers/bin/pip install --quiet numpy==2.2.6
