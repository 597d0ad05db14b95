// SPDX-License-Identifier: BSD-3-Clause
//
// What the tests of dynamics share: kernels of examples and new inputs together, and an integrator that knows
// nothing of either.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <nntk/analysis/posterior.hpp>
#include <nntk/linalg.hpp>

#include "data.hpp"

namespace nntk::test {

inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

inline Matrix normal_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Matrix matrix = xt::empty<double>({rows, columns});
  std::ranges::copy(normal_numbers(rows * columns, seed), matrix.begin());
  return matrix;
}

inline Matrix rows(const Matrix& matrix, std::size_t first, std::size_t last) {
  return xt::view(matrix, xt::range(first, last), xt::all());
}

/// The kernel of the features φ (n+m,p), examples first: φφᵀ in blocks.
inline PriorCovariance kernel_of(const Matrix& features, std::size_t n) {
  const Matrix examples = rows(features, 0, n), inputs = rows(features, n, features.shape(0));
  return {multiply_transposed(examples, examples), multiply_transposed(inputs, examples),
          multiply_transposed(inputs, inputs)};
}

/// A kernel of n examples and m new inputs, of rank p: its diagonal is about 1.
inline PriorCovariance random_kernel(std::size_t n, std::size_t m, std::size_t p, std::uint64_t seed) {
  return kernel_of(normal_matrix(n + m, p, seed) / std::sqrt(static_cast<double>(p)), n);
}

inline double largest_difference(const Matrix& a, const Matrix& b) {
  return a.shape() == b.shape() ? xt::amax(xt::abs(a - b))() : inf;
}

/// f after `steps` steps of the classical Runge–Kutta method of df/dt = velocity(f).
template <class Velocity>
Matrix runge_kutta(Matrix f, double time, std::size_t steps, Velocity velocity) {
  const double h = time / static_cast<double>(steps);
  for (std::size_t step = 0; step < steps; ++step) {
    const Matrix a = velocity(f);
    const Matrix b = velocity(f + h / 2 * a);
    const Matrix c = velocity(f + h / 2 * b);
    const Matrix d = velocity(f + h * c);
    f += h / 6 * (a + 2 * b + 2 * c + d);
  }
  return f;
}

}  // namespace nntk::test
