// SPDX-License-Identifier: BSD-3-Clause
//
// What a symmetric matrix is, told by Cholesky with diagonal pivoting: positive semi-definite or not, and of
// which numerical rank.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nntk::test {

struct Pivots {
  std::size_t rank = 0;  ///< pivots above the tolerance
  double remainder =
      0;  ///< what is left when they are used up: the largest magnitude, over the largest pivot
};

/// Eliminates the largest diagonal entry as long as it is above tolerance · (the first of them).
inline Pivots eliminate(std::vector<double> matrix, std::size_t n, double tolerance) {
  Pivots found;
  double largest = 0;
  for (;;) {
    std::size_t pivot = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (matrix[i * (n + 1)] > matrix[pivot * (n + 1)]) pivot = i;
    }
    const double value = matrix[pivot * (n + 1)];
    largest = std::max(largest, value);
    if (value <= tolerance * largest) break;
    ++found.rank;
    std::vector<double> row(matrix.begin() + static_cast<std::ptrdiff_t>(pivot * n),
                            matrix.begin() + static_cast<std::ptrdiff_t>((pivot + 1) * n));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) matrix[i * n + j] -= row[i] * row[j] / value;
    }
    for (std::size_t i = 0; i < n; ++i) matrix[i * n + pivot] = matrix[pivot * n + i] = 0;
  }
  for (const double entry : matrix) found.remainder = std::max(found.remainder, std::abs(entry) / largest);
  return found;
}

}  // namespace nntk::test
