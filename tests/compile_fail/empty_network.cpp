// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: an empty Network; declare Network<Input<width>, layers...>
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<>;
constexpr auto count = Bad::parameter_count;
