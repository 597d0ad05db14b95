// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: an entry of the Network is not a layer
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>, int, nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
