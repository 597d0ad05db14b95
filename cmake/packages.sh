# SPDX-License-Identifier: BSD-3-Clause
# To be sourced by bash: the Debian packages that nntk needs, and how to get them.

# To build, test and benchmark, and to draw pictures.
nntk_packages=(
  g++ cmake make
  libboost-dev libeigen3-dev libxtensor-dev libxtensor-blas-dev libxsimd-dev libopenblas-pthread-dev
  catch2 libcli11-dev nlohmann-json3-dev libfmt-dev librandom123-dev libmpfr-dev gnuplot-nox
)

# What .ci/run adds.
nntk_ci_packages=(clang-19 clang-tidy-19 clang-format-19 libomp-19-dev libclang-rt-19-dev llvm-19 python3)

nntk_missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

# Installs those of the named packages that are missing; without apt, says what to install, and goes on.
nntk_install_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "There is no apt here; these Debian packages, or their like, must be there: $*"
    return
  fi
  local missing
  mapfile -t missing < <(nntk_missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return
  echo "Installing ${missing[*]}"
  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  [[ $EUID -eq 0 ]] || as_root=(sudo "${as_root[@]}")
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

# Configures and builds a preset, and says so. Further arguments go to the build.
nntk_build() {
  local preset=$1
  echo "Configuring build/$preset"
  cmake --preset "$preset" >/dev/null
  echo "Building build/$preset"
  cmake --build --preset "$preset" -j "$(nproc)" "${@:2}"
}
