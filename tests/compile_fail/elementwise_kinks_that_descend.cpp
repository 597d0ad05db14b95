// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the kinks of an Elementwise are finite and ascend
#include "nntk/arch/network.hpp"
#include "nntk/kernel/local.hpp"

using Bad =
    nntk::Network<nntk::Input<4>, nntk::Dense<8>, nntk::Elementwise<[](auto x) { return x; }, 1.0, -1.0>>;
template class nntk::LocalKernel<Bad, double, nntk::tangent::Reduction::trace>;
