// SPDX-License-Identifier: BSD-3-Clause
// expect: nntk: a Network starts with Input<width>, so that every width can be inferred
#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

using Bad = nntk::Network<nntk::Dense<4>, nntk::Relu, nntk::Dense<1>>;
constexpr auto count = Bad::parameter_count;
