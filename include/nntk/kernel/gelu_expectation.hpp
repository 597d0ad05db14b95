// SPDX-License-Identifier: BSD-3-Clause
//
// Gelu, φ(x) = x Φ(x) (Tsuchida et al. 2021), the sum of x/2 and an even function, whose moments are
//
//   T = k/4 + W/2π         W = k w + R,   w = asin(k/√M),   R = (pq D + k²)/(M √D)
//   Ṫ = 1/4 + (w + k (D (3 + p + q) + k²)/(M D√D))/2π
//
// with M = (1 + p)(1 + q) and D = M − k² = 1 + p + q + ef. (Φ(u)Φ(v) is the probability of a quadrant; u and
// v come out by parts.) Both parts are sums that keep their digits, W being that of the acute pair. Of large
// variances, where φ is all but relu, e is right to an ulp of (a − b)².
#pragma once

#include <cmath>
#include <numbers>

#include "nntk/kernel/expected.hpp"

namespace nntk {

struct GeluExpectation {
  static constexpr std::size_t rows = 1;  ///< E[φ²] − p/4, of the even part

  template <class T>
  static double prepare(T* variance, T* row) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      const T p = variance[lane], root = std::sqrt(1 + 2 * p);
      const T even = p * std::atan(p / root) + 2 * p * p / ((1 + p) * root);
      row[lane] = static_cast<T>(1 / (2 * std::numbers::pi)) * even;
      variance[lane] = static_cast<T>(0.25) * p + row[lane];
    }
    return 0.0;
  }
  /// Cost of a pair: three arctangents, eight roots and eight quotients.
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const V turn = simd::broadcast<V>(1 / (2 * std::numbers::pi)), quarter = V(0.25);
    const Covariance<V> acute = c.acute();
    const EvenPart<V> even(acute);
    const V p = features.left(0), q = features.right(0);
    const V e =
        defect_of(V(0.5) * turn * (even.below(acute.p, acute.q) + even.below(acute.q, acute.p)), p, q);
    const V value = turn * even.value();
    const Covariance<V> linear{quarter * c.p, quarter * c.q, quarter * c.e, quarter * c.f};
    const V slope = simd::select(c.e <= c.f, even.slope(), -even.slope());
    return {linear + Covariance<V>{p, q, e, value + value + e}, quarter + turn * slope};
  }
  static double mean(double variance) { return variance / std::sqrt(2 * std::numbers::pi * (1 + variance)); }

 private:
  /// W of an acute pair.
  template <class V>
  struct EvenPart {
    V p, q, e, k, across;               ///< across = ef
    V determinant, root, whole, angle;  ///< D, √D, M, w

    explicit EvenPart(const Covariance<V>& c)
        : p(c.p),
          q(c.q),
          e(c.e),
          k(c.k()),
          across(c.e * c.f),
          determinant(V(1) + p + q + across),
          root(simd::sqrt(determinant)),
          whole((V(1) + p) * (V(1) + q)),
          angle(simd::atan(k / root)) {}

    [[nodiscard]] V value() const { return k * angle + (p * q * determinant + k * k) / (whole * root); }
    [[nodiscard]] V slope() const {
      return angle + k * (determinant * (V(3) + p + q) + k * k) / (whole * determinant * root);
    }
    /// W at u = v of variance x, less W. `other` is the variance of the other sample.
    [[nodiscard]] V below(const V& x, const V& other) const {
      const V own = simd::sqrt(V(1) + x + x), a = simd::sqrt(x), b = simd::sqrt(other);
      const V variances = a * (a - b) + e;                                          // x − k
      const V roots = (a - b) * (a + b), taller = (across - roots) / (root + own);  // √D − own
      const V angles = simd::atan((x * taller + variances * own) / (root * own + x * k));
      const V squares = variances * (x + k) + x * (V(1) + other) * roots - x * other * across;
      const V rest = V(2) * x * x * (V(1) + other) * taller + own * squares;
      return variances * angle + x * angles + rest / (own * whole * root);
    }
  };
};

}  // namespace nntk
