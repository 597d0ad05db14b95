// SPDX-License-Identifier: BSD-3-Clause
//
// Waves φ(x) = α sin(ωx + c), of which with κ = cos 2c Sin has κ = 1, Cos κ = −1 and Rbf κ = 0. For ω = 1 and
// α = √2 the moments are characteristic functions of normal variables (Rahimi and Recht 2007 for κ = 0):
//
//   T = e^{−(t+e)} − κ e^{−(t+f)},   Ṫ = e^{−(t+e)} + κ e^{−(t+f)},   E[φ²] = 1 − κ e^{−2p},   t = (a − b)²/2
//
// for p + q ∓ 2k = 2 (t + e), 2 (t + f). Written in 1 − e^{−x} throughout, nothing cancels but, of small
// waves with κ > 0, what their amplitudes differ by: there e is right to an ulp of t.
#pragma once

#include <cmath>

#include "nntk/kernel/expected.hpp"

namespace nntk {

/// 1 − e^{−x}.
template <class V>
V fall(const V& x) {
  return -simd::expm1(-x);
}

/// √(E[φ(u)²] E[φ(v)²]) − T of waves in phase (e = 0). `s` and `t` are (a ± b)²/2 as 1 − e^{−s}, 1 − e^{−t},
/// `apart` is e^{−p} − e^{−q}, `bound` and `aligned` are the two that are subtracted.
template <class V>
V amplitude_gap(const V& s, const V& t, const V& apart, const V& bound, const V& aligned, double kappa) {
  const V square = simd::broadcast<V>(kappa * kappa), rest = simd::broadcast<V>(1 - kappa * kappa);
  const V product = t * (V(2) - t) * (rest + square * s * (V(2) - s));
  const V difference = product - simd::broadcast<V>(kappa) * apart * apart;
  const V total = bound + aligned;
  return simd::select(total > V(0), simd::max(difference, V(0)) / total, V(0));
}

/// For ω = 1 and α = √2, of samples with E[φ²] = p and q.
template <class V>
[[gnu::noinline]] Expected<V> expect_wave(const Covariance<V>& c, V p, V q, V apart, double kappa) {
  const V one = V(1), k = simd::broadcast<V>(kappa);
  const V less = simd::broadcast<V>(1 - kappa), more = simd::broadcast<V>(1 + kappa);
  const V across = simd::sqrt(c.p) - simd::sqrt(c.q);
  const V e = fall(c.e), f = fall(c.f), t = fall(V(0.5) * across * across), reach = one - t;
  const V both = e + f * (one - e);  // 1 − e^{−2ab}
  const V aligned = reach * (less + k * both), s = t + reach * both;
  const V gap = amplitude_gap(s, t, apart, simd::sqrt(p * q), aligned, kappa);
  return {{p, q, gap + reach * e * (more - k * f), gap + reach * (V(2) - e) * (less + k * f)},
          reach * (more - e - k * f)};
}

/// Cost of a pair: three exponentials and three roots.
template <double squared_rate, double half_squared_factor, double kappa>
struct WaveExpectation {
  static constexpr std::size_t rows = 2;  ///< E[φ²] for α = √2, 1 − e^{−p}

  template <class T>
  static double prepare(T* variance, T* to) {
    T* fallen = to + simd::lanes<T>;
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      const T gone = -std::expm1(-static_cast<T>(squared_rate) * variance[lane]);
      fallen[lane] = gone;
      to[lane] = static_cast<T>(1 - kappa) + static_cast<T>(kappa) * gone * (2 - gone);
      variance[lane] = static_cast<T>(half_squared_factor) * to[lane];
    }
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const V rate = simd::broadcast<V>(squared_rate), factor = simd::broadcast<V>(half_squared_factor);
    const V apart = features.right(1) - features.left(1);
    const auto [wave, slope] = expect_wave<V>({rate * c.p, rate * c.q, rate * c.e, rate * c.f},
                                              features.left(0), features.right(0), apart, kappa);
    return {{factor * wave.p, factor * wave.q, factor * wave.e, factor * wave.f}, factor * rate * slope};
  }
  /// α sin c · e^{−ω²p/2}, the phase being in [0, π/2].
  static double mean(double variance) {
    return std::sqrt(half_squared_factor * (1 - kappa)) * std::exp(-0.5 * squared_rate * variance);
  }
};

}  // namespace nntk
