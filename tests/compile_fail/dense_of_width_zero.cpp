// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a layer of width 0 has no output; widths start at 1
#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<0>, nntk::Relu, nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
