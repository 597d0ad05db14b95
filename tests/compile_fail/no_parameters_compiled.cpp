// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a Network without parameters has no tangents; add a Dense layer
#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Relu>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
