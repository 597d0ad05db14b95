// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Residual, Repeat and Layers need at least one layer inside
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Layers<>, nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
