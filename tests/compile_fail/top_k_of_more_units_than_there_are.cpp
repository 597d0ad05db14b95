// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: TopK keeps between 1 and all of its units, MaxOut takes groups that divide the width
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Dense<3>, nntk::TopK<4>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
