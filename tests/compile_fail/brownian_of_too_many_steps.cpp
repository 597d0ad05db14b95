// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a Brownian path has a step above 0, a reach of at least that, and at most 2^20 steps a side
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::BrownianOf<1e-6, 8.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
