// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: Monomial, RectifiedMonomial, Hermite and Polynomial have a degree between 1 and 64
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::Hermite<65>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
