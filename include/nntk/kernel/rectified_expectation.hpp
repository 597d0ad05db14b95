// SPDX-License-Identifier: BSD-3-Clause
//
// φ(x) = α·relu(x)ⁿ + β·relu(−x)ⁿ, homogeneous of degree n: arc-cosine kernels of orders n and n − 1 (Cho and
// Saul 2009). They follow from three sequences of an acute pair with angle θ, k = ab cos θ and ef = (ab sin
// θ)²,
//
//   whole    A_n = E[uⁿvⁿ]                              A_0 = 1     A_1 = k
//   bound    M_n = √(E[u²ⁿ] E[v²ⁿ]) = (2n − 1)!! (ab)ⁿ
//   side     C_n = 2π E[uⁿ v̄ⁿ; u, v̄ > 0], v̄ = −v        C_0 = θ     C_1 = k θ − ab sin θ       (times (−1)ⁿ)
//
//   x_{n+1} = (2n + 1) k x_n + n² ef x_{n−1}   for A and C,   T = ½(α² + β²) A_n − (α − (−1)ⁿβ)²/(2π) C_n
//
// and an obtuse pair is the acute one of (u, −v). The defect M_n − A_n has a recursion of its own, in which
// terms of e alone are added up.
#pragma once

#include <cmath>
#include <numbers>

#include "nntk/kernel/angle.hpp"
#include "nntk/kernel/expected.hpp"
#include "nntk/math.hpp"

namespace nntk {

/// The moments of degree n of an acute pair, and how they go on.
template <class V>
struct PairPowers {
  V whole, bound, defect, side;

  [[gnu::always_inline]] static PairPowers of_degree_0(const AcuteAngle<V>& at) {
    return {V(1), V(1), V(0), at.half + at.half};
  }
  [[gnu::always_inline]] static PairPowers of_degree_1(const Defects<V>& acute, const AcuteAngle<V>& at) {
    return {acute.k(), acute.deviations(), acute.e, simd::fms(acute.f - acute.e, at.half, at.sine)};
  }
  /// Degree n + 1 from this, of degree n, and the one before.
  [[nodiscard, gnu::always_inline]] PairPowers next(std::size_t n, const Defects<V>& acute,
                                                    const PairPowers& before) const {
    const V odd = simd::broadcast<V>(2.0 * static_cast<double>(n) + 1);
    const V across = simd::broadcast<V>(static_cast<double>(n * n)) * acute.e * acute.f;
    const V k = odd * acute.k(), deviations = odd * acute.deviations();
    return {k * whole + across * before.whole, deviations * bound,
            deviations * defect + odd * acute.e * whole - across * before.whole,
            k * side + across * before.side};
  }
};

/// T of a pair, and Ṫ.
template <class V>
struct RectifiedPair {
  Defects<V> defects;
  V slope;
};

template <std::size_t degree, double positive, double negative, class V>
RectifiedPair<V> expect_rectified(const Defects<V>& c) {
  constexpr double parity = degree % 2 == 0 ? 1.0 : -1.0;
  const Defects<V> acute = c.acute();
  const AcuteAngle<V> at(acute);
  PairPowers<V> before = PairPowers<V>::of_degree_0(at), now = PairPowers<V>::of_degree_1(acute, at);
  for (std::size_t n = 1; n < degree; ++n) {
    const PairPowers<V> next = now.next(n, acute, before);
    before = now, now = next;
  }
  const auto choose = [is_acute = c.e <= c.f](double of_acute, double of_obtuse) {
    if (of_acute == of_obtuse) return simd::broadcast<V>(of_acute);
    return simd::select(is_acute, simd::broadcast<V>(of_acute), simd::broadcast<V>(of_obtuse));
  };
  // Halves are exact, where π/(2π) would lose half an ulp in every layer.
  constexpr double squares = 0.5 * (positive * positive + negative * negative), cross = positive * negative;
  constexpr double turn = positive - parity * negative, together = turn * turn / (2 * std::numbers::pi);
  constexpr double apart = positive - negative, sum = positive + negative;
  const V defect =
      simd::fma(choose(squares, cross), now.defect, choose(together, -parity * together) * now.side);
  const V e = simd::fma(choose(0, 0.5 * apart * apart), now.bound, defect);
  const V f = simd::fms(choose(2 * squares, 0.5 * sum * sum), now.bound, defect);
  const V slope =
      simd::fma(choose(-together, -parity * together), before.side, choose(squares, -cross) * before.whole);
  return {{simd::max(e, V(0)), simd::max(f, V(0))},
          simd::broadcast<V>(static_cast<double>(degree * degree)) * slope};
}

/// Cost of a pair: an arctangent, a root, a quotient and 12 · degree multiply-adds. E[φ²] grows as pⁿ and may
/// overflow.
template <double positive, double negative, std::size_t degree = 1>
struct RectifiedExpectation : WithoutFeatures {
  template <class T>
  static double prepare(T* variance, T* /*rows*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) variance[lane] = second_moment(variance[lane]);
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    const auto [defects, slope] = expect_rectified<degree, positive, negative, V>(c);
    return {{second_moment(c.p), second_moment(c.q), defects}, slope};
  }
  /// ½(α + β) E|u|ⁿ, and E|z|ⁿ = (n − 1)!!, times √(2/π) of an odd n.
  static double mean(double variance) {
    const double odd = degree % 2 == 0 ? 1.0 : std::sqrt(2 / std::numbers::pi);
    return 0.5 * (positive + negative) * odd * math::double_factorial(static_cast<int>(degree) - 1) *
           math::power<degree>(std::sqrt(variance));
  }

 private:
  template <class V>
  static V second_moment(const V& p) {
    constexpr double half_squares = 0.5 * (positive * positive + negative * negative);
    constexpr double own = half_squares * math::double_factorial(2 * static_cast<int>(degree) - 1);
    return simd::broadcast<V>(own) * math::power<degree>(p);
  }
};

}  // namespace nntk
