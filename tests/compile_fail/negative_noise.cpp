// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the scales of a layer are finite, those of Dense, Noise and Frequencies not negative
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::Noise<-1.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
