// SPDX-License-Identifier: BSD-3-Clause
//
// Four small networks of three inputs and a few outputs that hold every kind of layer between them.
#pragma once

#include "nntk/arch/network.hpp"

namespace nntk::test {

using Deep =
    Network<Input<3>, Dense<9, Scale{1.2, 0.3}>, Tanh, Residual<0.5, Dense<9>, Relu, Dense<9>>,
            Repeat<2, Dense<5, Scale{1.0, 0.0}>, Sin>, Dense<2, Scale{1.5, 0.2}, Parameterisation::standard>>;
using Gated = Network<Input<3>, Dense<6>, MaxOut<2>, Dense<6>, TopK<3>, Dense<4>, Gelu>;
using Drawing = Network<Input<3>, Dense<7>, Dropout<0.4>, Tanh, StochasticDepth<0.5, Dense<7>, Brownian>,
                        Noise<0.3>, Dense<2>>;
using Waving = Network<Input<3>, Dense<4>, LayerNormOf<0.1>, FourierFeatures<5, 0.3>, Dropout<0.2>,
                       StochasticResidual<0.7, 0.5, Dense<10>, FourierFeatures<5, 0.2>, Noise<0.5>>,
                       LayerNorm, Dense<2>>;

}  // namespace nntk::test
