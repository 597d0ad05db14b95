// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the scales of a layer are finite, those of Dense, Noise and Frequencies not negative
#include <limits>

#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>,
                          nntk::Dense<1, nntk::Scale{.bias = std::numeric_limits<double>::infinity()}>>;
constexpr auto count = Bad::parameter_count;
