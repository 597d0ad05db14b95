// SPDX-License-Identifier: BSD-3-Clause
//
// The angle of a pair, from the defect e and the excess f of its covariance: tan(θ/2) = √(e/f).
//
//   t = √(small/large) in [0, 1],   acute = 2 atan t,   ab sin θ = √(small · large) = t · large
//
// Where the processor estimates inverse roots, one of small · large gives both. atan t/t is 1 and a
// polynomial of degree 20 in t², the best one by Remez' exchange: relative error 4.4·10⁻¹⁸ before rounding. A
// library's atan takes any t, and pays for it with two divisions.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include "nntk/kernel/covariance.hpp"
#include "nntk/simd.hpp"

namespace nntk {

/// The root of the least normal number.
template <class T>
inline constexpr T least_root = static_cast<T>(std::same_as<T, double> ? 0x1p-511 : 0x1p-63);

/// √x and 1/√x.
template <class V>
struct Roots {
  V root, inverse;
};

/// Of a normal x > 0, to 1 ulp; not numbers, or a root below least_root, of any other. An estimate and
/// Newton's steps, of the third and of the second order, take 8 cycles of a register of eight numbers; a root
/// and a quotient 35.
template <class V>
[[gnu::always_inline]] inline Roots<V> roots_by_steps(const V& x) {
  using T = typename simd::ScalarOf<V>::type;
  const V rough = simd::inverse_root_estimate(x), miss = simd::fnma(x * rough, rough, V(1));
  const V inverse = simd::fma(rough * miss, simd::fma(miss, V(T(0.375)), V(T(0.5))), rough);
  const V root = x * inverse, rest = V(T(0.5)) * simd::fnma(root, inverse, V(1));
  return {simd::fma(root, rest, root), simd::fma(inverse, rest, inverse)};
}

/// Σ c_i xⁱ, even and odd powers apart, which need not wait for each other.
template <class V, std::size_t n>
[[gnu::always_inline]] inline V evaluate_polynomial(const std::array<double, n>& c, const V& x) {
  static_assert(n % 2 == 0);
  const V square = x * x;
  V even = simd::broadcast<V>(c[n - 2]), odd = simd::broadcast<V>(c[n - 1]);
#pragma GCC unroll 16
  for (std::size_t i = n - 2; i > 0; i -= 2) {
    even = simd::fma(even, square, simd::broadcast<V>(c[i - 2]));
    odd = simd::fma(odd, square, simd::broadcast<V>(c[i - 1]));
  }
  return simd::fma(odd, x, even);
}

/// atan of t in [0, 1], to 2 ulp.
template <class V>
[[gnu::always_inline]] inline V arctangent_to_one(const V& t) {
  static constexpr std::array coefficients{
      -0.33333333333332932815,    0.19999999999939716222,     -0.14285714282101566744,
      0.11111110996127498252,     -0.090909068426605932152,   0.076922782216855810786,
      -0.066663923262279166082,   0.058804646355912578763,    -0.052532600664557494947,
      0.047215061608260558366,    -0.042171711793338287832,   0.036603225123812715911,
      -0.029845479480665898824,   0.02191621218908969255,     -0.013838399385627065427,
      0.0071540194093255634806,   -0.0028637371427521917478,  0.00082405584790250685828,
      -0.00015062829907423119604, 0.000013075294862009872256,
  };
  const V square = t * t;
  return simd::fma(t * square, evaluate_polynomial(coefficients, square), t);
}

/// Of the acute one of the pairs (u, v) and (u, −v): half its angle, with full relative accuracy, and ab sin
/// θ.
template <class V>
struct AcuteAngle {
  V half, sine;

  [[gnu::always_inline]] explicit AcuteAngle(const Defects<V>& acute) {
    using T = typename simd::ScalarOf<V>::type;
    V tangent(0);
    bool is_found = false;
    if constexpr (simd::has_inverse_root_estimate<T>) {
      const auto [root, inverse] = roots_by_steps(acute.e * acute.f);
      sine = root, tangent = acute.e * inverse;
      is_found = simd::all(root >= V(least_root<T>));
    }
    if (!is_found) {
      tangent = simd::sqrt(simd::select(acute.f > V(0), acute.e / acute.f, V(0)));
      sine = tangent * acute.f;
    }
    half = arctangent_to_one(tangent);
  }
};

}  // namespace nntk
