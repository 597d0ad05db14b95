// SPDX-License-Identifier: BSD-3-Clause
//
// ‖A‖_op, the largest singular value of a matrix that can only be multiplied with, by power iteration on A Aᵀ
// (Golub and Van Loan 2013, section 8.2.1):
//
//   w, ‖w‖ = 1 ──Aᵀ──▶ v ──A──▶ u = A Aᵀ w       σ² = ⟨w, u⟩ = ‖v‖²,   w ← u / ‖u‖
//
// It ends where the residual ‖u − σ² w‖ ≤ tolerance · σ². As A Aᵀ is symmetric, one of its eigenvalues then
// lies within tolerance · σ² of σ² (Parlett 1998, section 4.5), and σ exceeds ‖A‖_op by rounding at most.
// That it is the largest eigenvalue is almost sure and no more: of a first w with a tiny share of the leading
// eigenvector the iteration can end at the second.
//
// The residual falls by λ₂/λ₁ a step, and where they differ by less than the tolerance any mixture will do.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/random.hpp"

namespace nntk {

/// A matrix of rows() × columns() that multiplies: out (rows) ← A v, out (columns) ← Aᵀ w.
template <class A, class T>
concept LinearOperator = requires(A& a, std::span<const T> in, std::span<T> out) {
  { a.rows() } -> std::convertible_to<std::size_t>;
  { a.columns() } -> std::convertible_to<std::size_t>;
  a.multiply(in, out);
  a.multiply_transposed(in, out);
};

struct PowerIteration {
  double tolerance = 1e-4;  ///< of σ²
  std::size_t most_steps = 500;
  std::uint64_t seed = 0;  ///< of the first w
};

struct OperatorNorm {
  double value = 0;     ///< σ
  double residual = 0;  ///< ‖u − σ² w‖ / σ²; above the tolerance where the steps ran out
  std::size_t steps = 0;
};

/// ‖x‖², in double.
template <class T>
double squared_norm(std::span<const T> x) {
  double sum = 0;
  for (const T number : x) sum += static_cast<double>(number) * static_cast<double>(number);
  return sum;
}

/// to ← from / ‖from‖.
template <class T>
void normalise(std::span<const T> from, std::span<T> to) {
  const double scale = 1 / std::sqrt(squared_norm(from));
  std::ranges::transform(from, to.begin(),
                         [scale](T number) { return static_cast<T>(scale * static_cast<double>(number)); });
}

/// ‖A‖_op; 0 of A = 0. Cost: a product with A and one with Aᵀ a step. Allocates two vectors of rows and one
/// of columns. DataError where a product is not finite.
template <class T, LinearOperator<T> A>
OperatorNorm operator_norm(A& a, const PowerIteration& iteration = {}) {
  std::vector<T> w(a.rows()), u(a.rows()), v(a.columns());
  random::fill_normal<T>(random::Source(iteration.seed, random::Stream::power), 0, u);
  OperatorNorm norm{.residual = 1};
  while (norm.steps < iteration.most_steps && norm.residual > iteration.tolerance) {
    normalise<T>(u, w);
    a.multiply_transposed(w, v);
    a.multiply(v, u);
    const double square = squared_norm<T>(v);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = u[i] - static_cast<T>(square) * w[i];
    const double residual = std::sqrt(squared_norm<T>(w));
    if (!std::isfinite(square) || !std::isfinite(residual))
      throw DataError("expected finite products with a matrix whose norm is sought, found an overflow");
    norm = {std::sqrt(square), square > 0 ? residual / square : 0, norm.steps + 1};
  }
  return norm;
}

}  // namespace nntk
