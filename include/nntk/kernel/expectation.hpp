// SPDX-License-Identifier: BSD-3-Clause
//
// What an activation does to the covariance of a Gaussian pair: T = E[φ(u)φ(v)] and Ṫ = E[φ'(u)φ'(v)].
//
//   a·relu(x) + b·relu(−x)   arc-cosine kernels of orders 1 and 0       (Cho and Saul 2009)
//   Sign, Heaviside          order 0
//   Erf                      arcsine                                    (Williams 1997)
//   any other                Hermite series, kernel/hermite.hpp; with kinks also split quadrature, kinked.hpp
//
// The pair (e, f) of T is computed from non-negative terms; see kernel/covariance.hpp.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>

#include "nntk/arch/activation.hpp"
#include "nntk/expr/tile.hpp"
#include "nntk/kernel/angle.hpp"
#include "nntk/kernel/covariance.hpp"
#include "nntk/kernel/hermite.hpp"
#include "nntk/kernel/kinked.hpp"

namespace nntk {

/// T as a covariance, and Ṫ.
template <class V>
struct Expected {
  Covariance<V> covariance;
  V slope;
};

/// Rows of features that a pair reads: sample i broadcast, samples j side by side.
template <class T>
struct PairRows {
  using V = simd::Batch<T>;
  const T* i;
  const T* j;
  [[nodiscard]] V left(std::size_t row) const { return V(i[row * simd::lanes<T>]); }
  [[nodiscard]] V right(std::size_t row) const { return V::load_aligned(j + row * simd::lanes<T>); }
  [[nodiscard]] PairRows from_row(std::size_t row) const {
    return {i + row * simd::lanes<T>, j + row * simd::lanes<T>};
  }
};

/// A closed form needs no features of a sample beyond its variance.
struct WithoutFeatures {
  static constexpr std::size_t rows = 0;
};

/// φ(x) = a·relu(x) + b·relu(−x), homogeneous of degree one: φ' takes the values a and −b.
template <class V>
[[gnu::noinline]] Expected<V> expect_rectified(const Covariance<V>& c, double positive, double negative) {
  const V squares = simd::broadcast<V>(0.5 * (positive * positive + negative * negative));
  const V cross = simd::broadcast<V>(positive * negative);
  const V apart = simd::broadcast<V>(0.5 * (positive - negative) * (positive - negative));
  const V together =
      simd::broadcast<V>((positive + negative) * (positive + negative) / (2 * std::numbers::pi));
  const Angle<V> at(c);
  const auto is_acute = c.e <= c.f;
  // ab (sin θ − θ cos θ), and the same of the supplement: of order θ³. Halves are exact, where π/(2π) would
  // lose half an ulp in every layer.
  const V h = at.sine - at.angle * c.k(), opposite = at.sine + at.supplement * c.k();
  const V e = xsimd::select(is_acute, squares * c.e - together * h,
                            apart * c.deviations() + cross * c.f - together * opposite);
  const V f = squares * c.f + together * h;
  const V slope = xsimd::select(is_acute, squares - together * at.angle, together * at.supplement - cross);
  return {{squares * c.p, squares * c.q, xsimd::max(e, V(0)), xsimd::max(f, V(0))}, slope};
}

/// `prepare` turns the variances in the lanes of a row into E[φ²], leaves the features that pairs will read,
/// and returns the share of E[φ²] that these miss; `of` is (T, Ṫ) of a pair, `mean` is E[φ].
template <class A>
struct Expectation : HermiteExpectation<A> {};
template <Kinked A>
struct Expectation<A> : KinkedExpectation<A> {};

template <double positive, double negative>
struct RectifiedExpectation : WithoutFeatures {
  template <class T>
  static double prepare(T* variance, T* /*rows*/) {
    constexpr T half_squares = static_cast<T>(0.5 * (positive * positive + negative * negative));
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) variance[lane] *= half_squares;
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    return expect_rectified(c, positive, negative);
  }
  static double mean(double variance) {
    return (positive + negative) * std::sqrt(variance / (2 * std::numbers::pi));
  }
};
template <>
struct Expectation<Relu> : RectifiedExpectation<1.0, 0.0> {};
template <double slope>
struct Expectation<LeakyReluOf<slope>> : RectifiedExpectation<1.0, -slope> {};
template <>
struct Expectation<Abs> : RectifiedExpectation<1.0, 1.0> {};

template <>
struct Expectation<Identity> : WithoutFeatures {
  template <class T>
  static double prepare(T* /*variance*/, T* /*rows*/) {
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    return {c, V(1)};
  }
};

/// Step functions: φ takes one value on each side of 0 and 0 at 0, and φ' = 0 almost everywhere.
/// `height` is E[φ²] of a variable that moves; e = 2·step·angle/π.
template <class V>
[[gnu::noinline]] Expected<V> expect_step(const Covariance<V>& c, double height, double step) {
  const Angle<V> at(c);
  const V zero(0), full = simd::broadcast<V>(height), turn = simd::broadcast<V>(step / std::numbers::pi);
  const auto moves = (c.p > zero) && (c.q > zero);
  const V e = turn * at.angle;
  return {{xsimd::select(c.p > zero, full, zero), xsimd::select(c.q > zero, full, zero),
           xsimd::select(moves, e, zero), xsimd::select(moves, full + full - e, zero)},
          zero};
}
template <double height, double step, double average>
struct StepExpectation : WithoutFeatures {
  template <class T>
  static double prepare(T* variance, T* /*rows*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      variance[lane] = static_cast<T>(variance[lane] > 0 ? height : 0);
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    return expect_step(c, height, step);
  }
  static double mean(double variance) { return variance > 0 ? average : 0.0; }
};
template <>
struct Expectation<Sign> : StepExpectation<1.0, 2.0, 0.0> {};
template <>
struct Expectation<Heaviside> : StepExpectation<0.5, 0.5, 0.5> {};

/// T = (2/π) asin(2k/√((1+2p)(1+2q))), written with atan so that it is well conditioned near ±1.
template <>
struct Expectation<Erf> {
  static constexpr std::size_t rows = 1;  ///< E[φ²]

  template <class T>
  static double prepare(T* variance, T* row) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      const T p = variance[lane];
      row[lane] = variance[lane] =
          static_cast<T>(2 / std::numbers::pi) * std::atan(2 * p / std::sqrt(1 + 4 * p));
    }
    return 0.0;
  }
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const V turn = simd::broadcast<V>(2 / std::numbers::pi);
    const V root = xsimd::sqrt(V(1) + V(2) * (c.p + c.q) + V(4) * c.e * c.f);
    const V p = features.left(0), q = features.right(0);
    const V k = turn * xsimd::atan(V(2) * c.k() / root);
    const V apart = xsimd::sqrt(p) - xsimd::sqrt(q);
    // e = (p − k + q − k)/2 − (√p − √q)²/2, the differences of arctangents taken before they round.
    const V e = V(0.5) * (turn * (below(c.p, c.q, c, root) + below(c.q, c.p, c, root)) - apart * apart);
    const V positive = xsimd::max(e, V(0));
    return {{p, q, positive, xsimd::max(k + k + positive, V(0))}, turn * V(2) / root};
  }

  static double mean(double /*variance*/) { return 0.0; }

 private:
  /// asin(2p/(1+2p)) − asin(2k/√((1+2p)(1+2q))).
  template <class V>
  static V below(V p, V q, const Covariance<V>& c, V root) {
    const V own = xsimd::sqrt(V(1) + V(4) * p);
    const V roots = V(2) * (q - p + V(2) * c.e * c.f) / (root + own);
    const V a = xsimd::sqrt(p), b = xsimd::sqrt(q);
    const V variances = a * (a - b) + c.e;
    const V numerator = V(2) * (p * roots + variances * own);
    return xsimd::atan2(numerator, root * own + V(4) * p * c.k());
  }
};

}  // namespace nntk
