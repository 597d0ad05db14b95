// SPDX-License-Identifier: BSD-3-Clause
//
// The residual blocks of NTK-ECRN (Mysore et al. 2025, arXiv:2512.08264):
//
//   h ← h + b_l α_l φ(W_l h + β b)        l = 0, ..., depth − 1,   b_l ~ Bernoulli(1 − p_l)
//
// The paper's network is Network<Input<d>, FourierFeatures<m, σ>, EcrnBlocks<depth, 2 * m, α, p>, Dense<k>>.
// α and p are laws of l: any constexpr callable, or a list, per_layer<0.5, 0.4, 0.3>.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/combinator.hpp"
#include "nntk/arch/dense.hpp"

namespace nntk {

/// The same number in every layer.
template <double value>
inline constexpr auto constant_law = [](std::size_t /*layer*/) { return value; };

/// One number a layer; a list that is too short does not compile.
template <double... values>
inline constexpr auto per_layer = [](std::size_t layer) { return std::array{values...}.at(layer); };

namespace arch {

template <std::size_t width, auto alpha, auto drop, class Activation, Scale scale>
struct Ecrn {
  /// A branch that is never dropped draws nothing.
  template <std::size_t layer>
  using Factor = std::conditional_t<drop(layer) == 0, ConstantFactor<alpha(layer)>,
                                    RandomFactor<drop(layer), alpha(layer)>>;
  template <std::size_t layer>
  using Block = Skip<Factor<layer>, Dense<width, scale>, Activation>;
};

}  // namespace arch

/// `scale`: σ_w and β.
template <std::size_t depth, std::size_t width, auto alpha, auto drop = constant_law<0.0>,
          class Activation = Relu, Scale scale = Scale{.weight = 1.41421356237309504880, .bias = 0.1}>
using EcrnBlocks = Sequence<depth, arch::Ecrn<width, alpha, drop, Activation, scale>::template Block>;

}  // namespace nntk
