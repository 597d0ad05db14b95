// SPDX-License-Identifier: BSD-3-Clause
//
// Displacements of a law, and means of what is drawn.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "nntk/tangent/interaction.hpp"
#include "support/tolerance.hpp"

namespace nntk::test {

/// The mean of numbers and its standard error.
struct Mean {
  double sum = 0, squares = 0, count = 0;
  void add(double value) { sum += value, squares += value * value, ++count; }
  [[nodiscard]] double value() const { return sum / count; }
  [[nodiscard]] double error() const {
    return std::sqrt(std::max(0.0, squares / count - value() * value()) / count);
  }
  [[nodiscard]] bool meets(double expected) const {
    return std::abs(value() - expected) <= standard_errors * error() + 1e-12 * std::abs(expected);
  }
};

inline std::vector<double> displacement(const tangent::Interaction<double>& law, std::uint64_t sample,
                                        std::size_t p) {
  std::vector<double> delta(p);
  law.displace(sample, std::vector<double>(p), delta);
  return delta;
}

}  // namespace nntk::test
