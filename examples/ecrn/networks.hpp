// SPDX-License-Identifier: BSD-3-Clause
//
// The three architectures that are compared, each with four hidden layers or blocks of 128 units:
//
//   fully connected   x ─▶ Dense ─▶ Relu ─▶ ... ─▶ Dense ─▶ f
//   plain residual    x ─▶ Dense ─▶ h ← h + φ(W h + βb), four times ─▶ Dense ─▶ f
//   ECRN              x ─▶ [sin, cos] of 64 fixed frequencies ─▶ h ← h + b_l α_l φ(W_l h + βb) ─▶ Dense ─▶ f
//
// α_l is the schedule that spectra.hpp finds for the synthetic problem, and the probability p_l that b_l is 0
// grows with depth. The biases are large enough for units to turn all over an input of one dimension.
#pragma once

#include <cstddef>
#include <numbers>

#include "nntk/arch/ecrn.hpp"
#include "nntk/arch/fourier.hpp"
#include "nntk/arch/network.hpp"
#include "problems.hpp"

namespace ecrn {

inline constexpr std::size_t width = 128, depth = 4;
inline constexpr nntk::Scale scale{.weight = std::numbers::sqrt2, .bias = 0.5};

inline constexpr auto alpha_law = nntk::per_layer<0.5, 0.42, 0.5, 0.71>;
inline constexpr auto drop_law = [](std::size_t layer) { return 0.05 * static_cast<double>(layer + 1); };

template <auto alpha, auto drop>
using Waves = nntk::Layers<nntk::FourierFeatures<width / 2>,
                           nntk::EcrnBlocks<depth, width, alpha, drop, nntk::Relu, scale>>;

template <std::size_t outputs>
using FullyConnected =
    nntk::Network<nntk::Input<input_width>, nntk::Repeat<depth, nntk::Dense<width, scale>, nntk::Relu>,
                  nntk::Dense<outputs>>;
template <std::size_t outputs>
using PlainResidual = nntk::Network<
    nntk::Input<input_width>, nntk::Dense<width, scale>,
    nntk::EcrnBlocks<depth, width, nntk::constant_law<1.0>, nntk::constant_law<0.0>, nntk::Relu, scale>,
    nntk::Dense<outputs>>;
template <std::size_t outputs>
using Ecrn = nntk::Network<nntk::Input<input_width>, Waves<alpha_law, drop_law>, nntk::Dense<outputs>>;

}  // namespace ecrn
