// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Repeat<n, layers...> repeats at least once
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Repeat<0, nntk::Dense<4>>, nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
