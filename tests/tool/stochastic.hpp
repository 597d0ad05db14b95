// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nntk/arch/network.hpp>

using Architecture = nntk::Network<nntk::Input<6>, nntk::Dense<12>, nntk::MaxOut<3>, nntk::Dropout<0.25>,
                                   nntk::Dense<4>, nntk::StochasticDepth<0.5, nntk::Dense<4>, nntk::Brownian>,
                                   nntk::TopK<2>, nntk::Noise<0.1>, nntk::Dense<3>>;
