// SPDX-License-Identifier: BSD-3-Clause
//
// From row-major numbers to the matrices of the analysis.
#pragma once

#include <algorithm>
#include <span>

#include "nntk/tensor.hpp"

namespace nntk::tool {

/// A copy of row-major values (rows, values.size() / rows).
inline Matrix to_matrix(std::span<const double> values, std::size_t rows) {
  Matrix matrix = xt::empty<double>({rows, values.size() / rows});
  std::ranges::copy(values, matrix.data());
  return matrix;
}

inline Vector to_vector(std::span<const double> values) {
  Vector vector = xt::empty<double>({values.size()});
  std::ranges::copy(values, vector.data());
  return vector;
}

template <class Tensor>
std::span<const double> span_of(const Tensor& tensor) {
  return {tensor.data(), tensor.size()};
}

}  // namespace nntk::tool
