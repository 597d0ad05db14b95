// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Quantize rounds to the multiples of a step above 0
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::QuantizeOf<0.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
