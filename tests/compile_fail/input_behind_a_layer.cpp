// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a Network starts with Input<width>, so that every width can be inferred
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Dense<4>, nntk::Input<4>, nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
