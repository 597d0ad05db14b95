// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <nntk/arch/activation.hpp>
#include <nntk/arch/network.hpp>

using Architecture =
    nntk::Network<nntk::Input<6>, nntk::Dense<8>, nntk::Relu,
                  nntk::Residual<0.5, nntk::Dense<8>, nntk::Erf, nntk::Dense<8>>, nntk::Dense<3>>;
