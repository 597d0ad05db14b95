# SPDX-License-Identifier: BSD-3-Clause
# What nntk builds on, as find_package takes it; one list for the project and for its installed package.
set(NNTK_DEPENDENCIES
    "Boost 1.74"
    "OpenMP COMPONENTS CXX"
    fmt
    nlohmann_json
    CLI11
    "Eigen3 3.4 NO_MODULE"
    xsimd
    xtensor
    xtensor-blas
    BLAS
    LAPACK)

# Random123 comes without a CMake package.
find_path(NNTK_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
mark_as_advanced(NNTK_RANDOM123_INCLUDE)
if(NOT TARGET nntk::random123)
  add_library(nntk::random123 INTERFACE IMPORTED)
  target_include_directories(nntk::random123 SYSTEM INTERFACE ${NNTK_RANDOM123_INCLUDE})
endif()
