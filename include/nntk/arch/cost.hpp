// SPDX-License-Identifier: BSD-3-Clause
//
// What a network costs, known at compile time: the arithmetic and the memory traffic of one sample's forward
// evaluation. tangent/local.hpp adds the pull and the pair.
#pragma once

#include <cstddef>

#include "nntk/arch/network.hpp"

namespace nntk::arch {

/// Multiply-adds, and numbers that are read or written once.
struct Cost {
  double multiply_adds = 0;
  double numbers = 0;

  /// Floating-point operations: a multiply-add is two.
  [[nodiscard]] constexpr double flops() const { return 2 * multiply_adds; }
  friend constexpr Cost operator+(const Cost& a, const Cost& b) {
    return {a.multiply_adds + b.multiply_adds, a.numbers + b.numbers};
  }
};

/// Of a stage without parameters: one pass over its values.
template <class Stage>
struct ForwardCost {
  static constexpr Cost cost{0, static_cast<double>(Stage::in + Stage::out)};
};
template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct ForwardCost<Bound<Dense<width, scale, p>, in, offset>> {
  static constexpr Cost cost{static_cast<double>(in * width + (scale.bias != 0 ? width : 0)),
                             static_cast<double>(in* width + in + width)};
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct ForwardCost<Bound<Frequencies<count, scale>, in, offset>> {
  static constexpr Cost cost{static_cast<double>(in * count), static_cast<double>(in* count + in + count)};
};

template <class... Stage>
constexpr Cost forward_cost(Stages<Stage...> /*stages*/) {
  return (ForwardCost<Stage>::cost + ... + Cost{});
}

template <class Factor, class... Inner, std::size_t in, std::size_t offset>
struct ForwardCost<Bound<Skip<Factor, Inner...>, in, offset>> {
  static constexpr Cost cost = forward_cost(Bind<in, offset, Inner...>{}) +
                               Cost{static_cast<double>(in), 3.0 * static_cast<double>(in)};
};

}  // namespace nntk::arch
