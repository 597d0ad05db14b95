// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

using namespace nntk;

using Architecture = Network<Input<8>, Dense<64>, Relu, Dense<64>, Relu, Dense<1>>;
