// SPDX-License-Identifier: BSD-3-Clause
//
// Three small networks of three inputs and a few outputs that hold every kind of layer between them.
#pragma once

#include "nntk/arch/network.hpp"

namespace nntk::test {

using Deep =
    Network<Input<3>, Dense<9, Scale{1.2, 0.3}>, Tanh, Residual<0.5, Dense<9>, Relu, Dense<9>>,
            Repeat<2, Dense<5, Scale{1.0, 0.0}>, Sin>, Dense<2, Scale{1.5, 0.2}, Parameterisation::standard>>;
using Gated = Network<Input<3>, Dense<6>, MaxOut<2>, Dense<6>, TopK<3>, Dense<4>, Gelu>;
using Drawing = Network<Input<3>, Dense<7>, Dropout<0.4>, Tanh, StochasticDepth<0.5, Dense<7>, Brownian>,
                        Noise<0.3>, Dense<2>>;

}  // namespace nntk::test
