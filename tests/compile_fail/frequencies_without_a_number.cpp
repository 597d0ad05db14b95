// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the scales of a layer are finite, those of Dense, Noise and Frequencies not negative
#include <limits>

#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::FourierFeatures<8, std::numeric_limits<double>::quiet_NaN()>,
                          nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
