// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the body of a Residual ends with the width it started with, since both are added
#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Residual<0.5, nntk::Dense<8>, nntk::Relu>, nntk::Dense<1>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
