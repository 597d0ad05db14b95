// SPDX-License-Identifier: BSD-3-Clause
//
// Layers made of layers.
//
//   Layers<L...>            the list itself, so that a part of a network can be named and used again
//   Repeat<n, L...>         the list n times, each time with parameters of its own
//   Skip<Factor, L...>      x ──┬── L... ──(·α)──(+)──▶      y = x + α · body(x); the body keeps the width
//                               └─────────────────┘
//   Residual<α, L...>           α is a constant
//   StochasticDepth<p, L...>    α is 0 with probability p, else 1 (Huang et al. 2016): one α a realisation
//   StochasticResidual<α, p, L...>    both: 0 with probability p, else α
//   Sequence<n, Block>      Block<0>, ..., Block<n − 1>: layers whose numbers depend on their place
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "nntk/arch/layer.hpp"
#include "nntk/random.hpp"

namespace nntk {

namespace arch {

/// Width behind a list of layers that is entered with `in`.
template <class... Body>
constexpr std::size_t width_through(std::size_t in) {
  ((in = Body::output_width(in)), ...);
  return in;
}

/// Parameters of a list of layers that is entered with `in`.
template <class... Body>
constexpr std::size_t parameters_through(std::size_t in) {
  std::size_t count = 0;
  ((count += Body::parameter_count(in), in = Body::output_width(in)), ...);
  return count;
}

}  // namespace arch

template <class... Body>
struct Layers {
  static constexpr std::string_view name = "Layers";
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    return arch::width_through<Body...>(in);
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    return arch::parameters_through<Body...>(in);
  }
};

template <std::size_t times, class... Body>
struct Repeat {
  static constexpr std::string_view name = "Repeat";
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    for (std::size_t i = 0; i < times; ++i) in = arch::width_through<Body...>(in);
    return in;
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < times; ++i) {
      count += arch::parameters_through<Body...>(in);
      in = arch::width_through<Body...>(in);
    }
    return count;
  }
};

/// What a branch is multiplied by: a constant.
template <double value>
struct ConstantFactor {
  static constexpr std::string_view name = "Residual";
  static constexpr double scale = value;
  static constexpr double drop = 0;
  static constexpr std::size_t noise_count = 0;
  template <class T>
  static T of(const T* /*noise*/) {
    return static_cast<T>(value);
  }
};

/// 0 with a probability, else a constant.
template <double probability, double value>
struct RandomFactor {
  static constexpr std::string_view name = "StochasticDepth";
  static constexpr double scale = value;
  static constexpr double drop = probability;
  static constexpr std::size_t noise_count = 1;
  template <class T>
  static void fill_noise(const random::Source& source, std::size_t first, std::span<T> noise) {
    random::fill_survivals(source, first, drop, noise);
  }
  template <class T>
  static T of(const T* noise) {
    return static_cast<T>(scale) * *noise;
  }
};

template <class BranchFactor, class... Body>
struct Skip {
  using Factor = BranchFactor;
  static constexpr std::string_view name = Factor::name;
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    return in;
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    return arch::parameters_through<Body...>(in);
  }
};

template <double scale, class... Body>
using Residual = Skip<ConstantFactor<scale>, Body...>;
template <double scale, double drop, class... Body>
using StochasticResidual = Skip<RandomFactor<drop, scale>, Body...>;
template <double drop, class... Body>
using StochasticDepth = StochasticResidual<1.0, drop, Body...>;

namespace arch {

template <template <std::size_t> class Block, class Places>
struct Listed;
template <template <std::size_t> class Block, std::size_t... place>
struct Listed<Block, std::index_sequence<place...>> {
  using type = Layers<Block<place>...>;
};

}  // namespace arch

template <std::size_t depth, template <std::size_t> class Block>
using Sequence = typename arch::Listed<Block, std::make_index_sequence<depth>>::type;

}  // namespace nntk
