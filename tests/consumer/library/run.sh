#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
set -euo pipefail
[[ $(./library) == "13 parameters, largest eigenvalue 1" ]]
