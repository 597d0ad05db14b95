// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: an entry of the Network is not a layer
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Scale, nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
