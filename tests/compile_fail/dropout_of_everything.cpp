// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Dropout and StochasticDepth drop with a probability of at least 0 and below 1
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<3>, nntk::Dropout<1.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
