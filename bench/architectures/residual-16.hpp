// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "nntk/arch/activation.hpp"
#include "nntk/arch/combinator.hpp"
#include "nntk/arch/network.hpp"

using namespace nntk;

using Architecture = Network<Input<64>, Dense<64>, Repeat<16, Residual<0.25, Dense<64>, Relu>>, Dense<1>>;
