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

#include "nntk/wide.hpp"

namespace nntk {

/// The square of a scale, to twice the precision: rounded to one number it would be off by the same fraction
/// of an ulp in every layer, 10⁻¹⁴ at depth 64.
struct ExactSquare {
  double high, low;
  explicit constexpr ExactSquare(double scale)
      : high(scale * scale),
        low(static_cast<double>(static_cast<long double>(scale) * scale - static_cast<long double>(high))) {}

  template <class V>
  [[nodiscard, gnu::always_inline]] V times(const V& x) const {
    if (low == 0) return x * simd::broadcast<V>(high);
    return simd::fma(x, simd::broadcast<V>(high), x * simd::broadcast<V>(low));
  }
};

/// Defect and excess: size and angle of a pair, without its variances.
template <class V>
struct Defects {
  V e, f;  ///< ab − k, ab + k

  [[nodiscard, gnu::always_inline]] V k() const { return V(0.5) * (f - e); }
  [[nodiscard, gnu::always_inline]] V deviations() const { return V(0.5) * (e + f); }

  /// Of (su, sv).
  [[nodiscard, gnu::always_inline]] Defects scaled(ExactSquare s) const { return {s.times(e), s.times(f)}; }

  /// Of (u, v) or of (u, −v), whichever is acute.
  [[nodiscard, gnu::always_inline]] Defects acute() const { return {simd::min(e, f), simd::max(e, f)}; }
};

template <class V>
struct Covariance : Defects<V> {
  using Defects<V>::e, Defects<V>::f, Defects<V>::deviations;
  V p, q;  ///< E[u²], E[v²]

  Covariance() = default;
  Covariance(V p_, V q_, V e_, V f_) : Defects<V>{e_, f_}, p(p_), q(q_) {}
  Covariance(V p_, V q_, const Defects<V>& defects) : Defects<V>(defects), p(p_), q(q_) {}

  [[nodiscard]] Covariance scaled(ExactSquare s) const {
    return {s.times(p), s.times(q), Defects<V>::scaled(s)};
  }
  [[nodiscard]] Covariance acute() const { return {p, q, Defects<V>::acute()}; }

  /// Of a sum of independent pairs: √((p₁+p₂)(q₁+q₂)) exceeds a₁b₁ + a₂b₂ by what Cauchy's inequality leaves.
  friend Covariance operator+(const Covariance& x, const Covariance& y) {
    const V both_p = x.p + y.p, both_q = x.q + y.q;
    const V apart = simd::sqrt(x.p * y.q) - simd::sqrt(y.p * x.q);
    const V total = simd::sqrt(both_p * both_q) + x.deviations() + y.deviations();
    const V gap = simd::select(total > V(0), apart * apart / total, V(0));
    return {both_p, both_q, x.e + y.e + gap, x.f + y.f + gap};
  }

  /// Of (u − m, v − n) where these are the means: √(p'q') falls short of ab ∓ mn by what Cauchy's inequality
  /// leaves, for the difference of squares.
  [[nodiscard]] Covariance centred(V m, V n) const {
    const V below_p = simd::max(p - m * m, V(0)), below_q = simd::max(q - n * n, V(0));
    const V root = simd::sqrt(below_p * below_q), a = simd::sqrt(p), b = simd::sqrt(q);
    const auto gap = [&](V mean) {
      const V apart = a * mean - b * m, total = deviations() - m * mean + root;
      return simd::select(total > V(0), apart * apart / total, V(0));
    };
    return {below_p, below_q, simd::max(e - gap(n), V(0)), simd::max(f - gap(-n), V(0))};
  }

  /// Of two numbers that do not vary.
  static Covariance means(V m, V n) {
    const V product = m * n, size = simd::abs(product);
    return {m * m, n * n, size - product, size + product};
  }

  /// The same constant added to both: a pair with u = v of variance `variance`.
  static Covariance constant(V variance) { return {variance, variance, V(0), variance + variance}; }
};

}  // namespace nntk
