// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

using namespace nntk;

using Architecture = Network<Input<784>, Dense<1024>, Relu, Dense<1024>, Relu, Dense<10>>;
