// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Input stands once, as the first entry of a Network
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Residual<1.0, nntk::Input<4>, nntk::Dense<4>>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
