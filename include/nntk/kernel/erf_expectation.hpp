// SPDX-License-Identifier: BSD-3-Clause
//
// φ(x) = α erf(r x) + o: the arcsine kernel (Williams 1997). For erf itself
//
//   T = (2/π) asin(2k/√((1+2p)(1+2q))),     Ṫ = (4/π)/√((1+2p)(1+2q) − 4k²)
//
// with the asin as an arctangent, which is well conditioned near ±1. The rate scales the pair before, the
// factor after, and the offset is a constant that both samples get.
#pragma once

#include <cmath>
#include <numbers>

#include "nntk/kernel/expected.hpp"

namespace nntk {

template <double factor = 1.0, double rate = 1.0, double offset = 0.0>
struct ErfExpectation {
  static constexpr std::size_t rows = 1;  ///< E[erf(ru)²]

  template <class T>
  static double prepare(T* variance, T* row) {
    prepare_second_moment(variance, row, [](T own) {
      const T p = static_cast<T>(rate * rate) * own;
      return static_cast<T>(2 / std::numbers::pi) * std::atan(2 * p / std::sqrt(1 + 4 * p));
    });
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      variance[lane] = static_cast<T>(factor * factor) * variance[lane] + static_cast<T>(offset * offset);
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const Expected<V> plain = expect(c.scaled(input), features.left(0), features.right(0));
    const V slope = simd::broadcast<V>(factor * factor * rate * rate) * plain.slope;
    const Covariance<V> moved = plain.covariance.scaled(output);
    if constexpr (offset == 0.0) {
      return {moved, slope};
    } else {
      return {moved + Covariance<V>::constant(simd::broadcast<V>(offset * offset)), slope};
    }
  }
  static double mean(double /*variance*/) { return offset; }

 private:
  static constexpr ExactSquare input{rate}, output{factor};

  /// Of erf, whose second moments are p and q. It is odd: T and the defect may be those of the acute pair.
  template <class V>
  [[gnu::noinline]] static Expected<V> expect(const Covariance<V>& c, V p, V q) {
    const V turn = simd::broadcast<V>(2 / std::numbers::pi);
    const V root = simd::sqrt(V(1) + V(2) * (c.p + c.q) + V(4) * c.e * c.f);
    const Covariance<V> acute = c.acute();
    const V k = turn * simd::atan(V(2) * acute.k() / root);
    // The differences of arctangents are taken before they round.
    const V distance = V(0.5) * turn * (below(c.p, c.q, acute, root) + below(c.q, c.p, acute, root));
    const V e = defect_of(distance, p, q);
    const auto is_acute = c.e <= c.f;
    return {{p, q, simd::select(is_acute, e, k + k + e), simd::select(is_acute, k + k + e, e)},
            turn * V(2) / root};
  }
  /// asin(2p/(1+2p)) − asin(2k/√((1+2p)(1+2q))) of an acute pair.
  template <class V>
  static V below(V p, V q, const Covariance<V>& c, V root) {
    const V own = simd::sqrt(V(1) + V(4) * p);
    const V roots = V(2) * (q - p + V(2) * c.e * c.f) / (root + own);
    const V a = simd::sqrt(p), b = simd::sqrt(q);
    const V variances = a * (a - b) + c.e;
    const V numerator = V(2) * (p * roots + variances * own);
    return simd::atan(numerator / (root * own + V(4) * p * c.k()));
  }
};

}  // namespace nntk
