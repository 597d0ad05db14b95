#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs the programs that nntk is compared with: build/peers, a virtual environment of about 8 GB, most of it what
# PyTorch brings along; libtorch from Debian; and builds the contenders of peers.py in build/release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source cmake/packages.sh

nntk_install_packages "${nntk_packages[@]}" python3 python3-venv libtorch-dev
python3 -m venv build/peers
build/peers/bin/pip install --quiet numpy==1.26.4 scipy==1.12.0 jax==0.4.23 jaxlib==0.4.23 neural-tangents==0.6.5 \
  torch==2.15.0 scikit-learn==1.9.1 matplotlib==3.10.8
cmake --preset release -DNNTK_BUILD_PEERS=ON >/dev/null
cmake --build --preset release -j "$(nproc)"
