// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Input stands once, as the first entry of a Network
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Input<4>, nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
