// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nntk/nntk.hpp>

#include "widths.hpp"

using Architecture = nntk::Network<nntk::Input<2>, nntk::Dense<hidden_width>, nntk::Tanh, nntk::Dense<1>>;
