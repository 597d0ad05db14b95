// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the epsilon of a LayerNorm is finite and above 0
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::LayerNormOf<0.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
