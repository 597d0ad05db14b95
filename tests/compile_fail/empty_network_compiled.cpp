// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: an empty Network; declare Network<Input<width>, layers...>
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
