// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

using namespace nntk;

using Architecture = Network<Input<64>, Dense<256>, Relu, Dense<256>, Relu, Dense<10>>;
