// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a layer of width 0 has no output; widths start at 1
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Input<4>, nntk::Layers<nntk::Dense<0>>, nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
