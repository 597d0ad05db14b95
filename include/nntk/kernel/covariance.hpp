// SPDX-License-Identifier: BSD-3-Clause
//
// The covariance of a pair of unit-wide Gaussian variables (u, v), kept so that near-parallel and
// near-opposite pairs lose no digits. With a = √p, b = √q the standard deviations and k = E[uv],
//
//   defect  e = ab − k          excess  f = ab + k          tan(angle/2) = √(e/f)
//
// The usual √(pq − k²) loses half the digits near e = 0 (3·10⁻⁸ relative); here every step of the recursion
// maps non-negative e and f to non-negative sums, so nothing cancels. This is Kahan's angle 2·atan2(‖x|y| −
// y|x|‖, ‖x|y| + y|x|‖), carried through the layers.
#pragma once

#include "nntk/simd.hpp"

namespace nntk {

/// The square of a scale, to twice the precision: rounded to one number it would be off by the same fraction
/// of an ulp in every layer, 10⁻¹⁴ at depth 64.
struct ExactSquare {
  double high, low;
  explicit constexpr ExactSquare(double scale)
      : high(scale * scale),
        low(static_cast<double>(static_cast<long double>(scale) * scale - static_cast<long double>(high))) {}

  template <class V>
  [[nodiscard]] V times(const V& x) const {
    return simd::fma(x, simd::broadcast<V>(high), x * simd::broadcast<V>(low));
  }
};

template <class V>
struct Covariance {
  V p, q;  ///< E[u²], E[v²]
  V e, f;  ///< ab − k, ab + k

  [[nodiscard]] V k() const { return V(0.5) * (f - e); }
  [[nodiscard]] V deviations() const { return V(0.5) * (e + f); }

  /// Of (su, sv).
  [[nodiscard]] Covariance scaled(ExactSquare s) const {
    return {s.times(p), s.times(q), s.times(e), s.times(f)};
  }

  /// Of (u, v) or of (u, −v), whichever is acute.
  [[nodiscard]] Covariance acute() const { return {p, q, xsimd::min(e, f), xsimd::max(e, f)}; }

  /// Of a sum of independent pairs: √((p₁+p₂)(q₁+q₂)) exceeds a₁b₁ + a₂b₂ by what Cauchy's inequality leaves.
  friend Covariance operator+(const Covariance& x, const Covariance& y) {
    const V both_p = x.p + y.p, both_q = x.q + y.q;
    const V apart = xsimd::sqrt(x.p * y.q) - xsimd::sqrt(y.p * x.q);
    const V total = xsimd::sqrt(both_p * both_q) + x.deviations() + y.deviations();
    const V gap = xsimd::select(total > V(0), apart * apart / total, V(0));
    return {both_p, both_q, x.e + y.e + gap, x.f + y.f + gap};
  }

  /// Of (u − m, v − n) where these are the means: √(p'q') falls short of ab ∓ mn by what Cauchy's inequality
  /// leaves, for the difference of squares.
  [[nodiscard]] Covariance centred(V m, V n) const {
    const V below_p = xsimd::max(p - m * m, V(0)), below_q = xsimd::max(q - n * n, V(0));
    const V root = xsimd::sqrt(below_p * below_q), a = xsimd::sqrt(p), b = xsimd::sqrt(q);
    const auto gap = [&](V mean) {
      const V apart = a * mean - b * m, total = deviations() - m * mean + root;
      return xsimd::select(total > V(0), apart * apart / total, V(0));
    };
    return {below_p, below_q, xsimd::max(e - gap(n), V(0)), xsimd::max(f - gap(-n), V(0))};
  }

  /// Of two numbers that do not vary.
  static Covariance means(V m, V n) {
    const V product = m * n, size = xsimd::abs(product);
    return {m * m, n * n, size - product, size + product};
  }

  /// The same constant added to both: a pair with u = v of variance `variance`.
  static Covariance constant(V variance) { return {variance, variance, V(0), variance + variance}; }
};

}  // namespace nntk
