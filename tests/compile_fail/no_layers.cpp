// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a Network needs at least one layer behind its Input
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>>;
constexpr auto count = Bad::parameter_count;
