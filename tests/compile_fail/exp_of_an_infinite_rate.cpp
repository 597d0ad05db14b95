// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: an activation's numbers are finite, gamma of Rbf above 0, the exponent of Gaussian below 0
#include <limits>

#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad =
    nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::ExpOf<1.0, std::numeric_limits<double>::infinity()>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
