// SPDX-License-Identifier: BSD-3-Clause
//
// Network<Input<d>, Layers...>: a network as a type. From the declaration follow, at compile time, every
// width, every parameter's place and every kernel.
//
//   using Architecture = Network<Input<64>, Dense<256>, Relu, Dense<10>>;
//   Architecture::parameter_count   // 64·256 + 256 + 256·10 + 10
//
// A declaration that cannot stand is answered by one sentence; the network then behaves like Input<1>,
// Dense<1>, so that nothing else is said about it.
#pragma once

#include <cstddef>

#include "nntk/arch/bind.hpp"
#include "nntk/arch/mistake.hpp"

namespace nntk {

namespace arch {

template <bool is_sound, class... Declared>
struct Inferred;

template <std::size_t width, class... Declared>
struct Inferred<true, Input<width>, Declared...> {
  using Stages = Bind<width, 0, Declared...>;
  static constexpr std::size_t inputs = width;
  static constexpr std::size_t outputs = width_through<Declared...>(width);
  static constexpr std::size_t parameter_count = parameters_through<Declared...>(width);
  /// Random numbers that one realisation of its stochastic layers takes; 0: the network is deterministic.
  static constexpr std::size_t noise_count = arch::noise_count(Stages{});
};

/// What a wrong declaration stands for.
template <class... Declared>
struct Inferred<false, Declared...> : Inferred<true, Input<1>, Dense<1>> {};

}  // namespace arch

template <class... Declared>
struct Network : arch::Inferred<arch::Diagnosis<Declared...>::mistake == arch::Mistake::none, Declared...> {
 private:
  using enum arch::Mistake;
  static constexpr arch::Mistake mistake = arch::Diagnosis<Declared...>::mistake;
  static_assert(mistake != empty, "nntk: an empty Network; declare Network<Input<width>, layers...>");
  static_assert(mistake != no_input,
                "nntk: a Network starts with Input<width>, so that every width can be inferred");
  static_assert(mistake != second_input, "nntk: Input stands once, as the first entry of a Network");
  static_assert(mistake != no_layers, "nntk: a Network needs at least one layer behind its Input");
  static_assert(mistake != not_a_layer,
                "nntk: an entry of the Network is not a layer (Dense, Relu, Residual, ... or a type that "
                "satisfies nntk::Layer)");
  static_assert(mistake != zero_width, "nntk: a layer of width 0 has no output; widths start at 1");
  static_assert(mistake != bad_scale,
                "nntk: the scales of a layer are finite, those of Dense, Noise and Frequencies not negative");
  static_assert(mistake != bad_probability,
                "nntk: Dropout and StochasticDepth drop with a probability of at least 0 and below 1");
  static_assert(
      mistake != bad_path,
      "nntk: a Brownian path has a step above 0, a reach of at least that, and at most 2^20 steps a side");
  static_assert(mistake != bad_group,
                "nntk: TopK keeps between 1 and all of its units, MaxOut takes groups that divide the width");
  static_assert(mistake != bad_step, "nntk: Quantize rounds to the multiples of a step above 0");
  static_assert(mistake != bad_kinks, "nntk: the kinks of an Elementwise are finite and ascend");
  static_assert(mistake != bad_epsilon, "nntk: the epsilon of a LayerNorm is finite and above 0");
  static_assert(
      mistake != bad_number,
      "nntk: an activation's numbers are finite, gamma of Rbf above 0, the exponent of Gaussian below 0");
  static_assert(mistake != bad_degree,
                "nntk: Monomial, RectifiedMonomial, Hermite and Polynomial have a degree between 1 and 64");
  static_assert(mistake != no_repetitions, "nntk: Repeat<n, layers...> repeats at least once");
  static_assert(mistake != empty_body, "nntk: Residual, Repeat and Layers need at least one layer inside");
  static_assert(mistake != residual_changes_width,
                "nntk: the body of a Residual ends with the width it started with, since both are added");
  static_assert(mistake != no_parameters,
                "nntk: a Network without parameters has no tangents; add a Dense layer");
};

}  // namespace nntk
