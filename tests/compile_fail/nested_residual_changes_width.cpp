// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: the body of a Residual ends with the width it started with, since both are added
#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Repeat<2, nntk::Residual<0.5, nntk::Relu, nntk::Dense<3>>>,
                          nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
