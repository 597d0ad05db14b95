// SPDX-License-Identifier: BSD-3-Clause
//
// A parameter block: one matrix or vector of a layer's parameters, and where it lies in the flat vector θ.
#pragma once

#include <cstddef>
#include <string_view>

namespace nntk {

/// Row-major; a vector has columns = 0.
struct ParameterBlock {
  std::string_view name;    ///< "weight", "bias"
  std::size_t rows = 0;     ///< fan-out
  std::size_t columns = 0;  ///< fan-in
  std::size_t offset = 0;   ///< first entry, from the start of the layer or of θ
  double deviation = 1;     ///< standard deviation of the initial law N(0, deviation²)

  [[nodiscard]] constexpr std::size_t size() const { return rows * (columns == 0 ? 1 : columns); }
};

}  // namespace nntk
