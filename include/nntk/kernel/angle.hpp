// SPDX-License-Identifier: BSD-3-Clause
//
// The angle of a pair, from the defect e and the excess f of its covariance: tan(θ/2) = √(e/f).
//
//   t = √(small/large) in [0, 1],   acute = 2 atan t,   ab sin θ = √(e f) = t · large
//
// atan t/t is 1 and a polynomial of degree 20 in t², the best one by Remez' exchange: relative error
// 4.4·10⁻¹⁸ before rounding. A library's atan takes any t, and pays for it with two divisions. A pair of a
// network of four Relu layers with biases: 64 ns with xsimd's, 26 ns with this, without the roots of
// variances (limit_layer.hpp) and with a row of pairs side by side (limit.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <numbers>

#include "nntk/kernel/covariance.hpp"
#include "nntk/simd.hpp"

namespace nntk {

/// Σ c_i xⁱ by Estrin's scheme, whose products do not wait for each other.
template <class V, std::size_t n>
[[gnu::always_inline]] inline V evaluate_polynomial(const std::array<V, n>& c, const V& x) {
  if constexpr (n == 1) {
    return c[0];
  } else {
    std::array<V, (n + 1) / 2> half;
    for (std::size_t i = 0; i < n / 2; ++i) half[i] = simd::fma(c[2 * i + 1], x, c[2 * i]);
    if constexpr (n % 2 == 1) half[n / 2] = c[n - 1];
    return evaluate_polynomial(half, x * x);
  }
}

/// atan of t in [0, 1], to 2 ulp.
template <class V>
[[gnu::always_inline]] inline V arctangent_to_one(const V& t) {
  constexpr std::array coefficients{
      -0.33333333333332932815,    0.19999999999939716222,     -0.14285714282101566744,
      0.11111110996127498252,     -0.090909068426605932152,   0.076922782216855810786,
      -0.066663923262279166082,   0.058804646355912578763,    -0.052532600664557494947,
      0.047215061608260558366,    -0.042171711793338287832,   0.036603225123812715911,
      -0.029845479480665898824,   0.02191621218908969255,     -0.013838399385627065427,
      0.0071540194093255634806,   -0.0028637371427521917478,  0.00082405584790250685828,
      -0.00015062829907423119604, 0.000013075294862009872256,
  };
  std::array<V, coefficients.size()> c;
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = simd::broadcast<V>(coefficients[i]);
  const V square = t * t;
  return simd::fma(t * square, evaluate_polynomial(c, square), t);
}

/// The angle of a pair and its supplement, each with full relative accuracy, and ab sin(angle).
template <class V>
struct Angle {
  V angle, supplement, sine;

  [[gnu::always_inline]] explicit Angle(const Covariance<V>& c) {
    const V pi = simd::broadcast<V>(std::numbers::pi);
    const V small = xsimd::min(c.e, c.f), large = xsimd::max(c.e, c.f);
    const V t = xsimd::sqrt(xsimd::select(large > V(0), small / large, V(0)));
    const V acute = V(2) * arctangent_to_one(t);
    const auto is_acute = c.e <= c.f;
    angle = xsimd::select(is_acute, acute, pi - acute);
    supplement = xsimd::select(is_acute, pi - acute, acute);
    sine = t * large;
  }
};

}  // namespace nntk
