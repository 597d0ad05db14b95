// SPDX-License-Identifier: BSD-3-Clause
//
// Functions with a Gaussian or an exponential in them, by completing the square:
//
//   Exp        φ = α e^{rx}          T = α² e^{r²(p + q + 2k)/2}        E[φ²] = α² e^{2r²p}
//   Gaussian   φ = α e^{−βx²/2}      T = α²/√D,  D = det(1 + βΣ)        E[φ²] = α²/√(1 + 2βp)
//   Gabor      φ = e^{−x²} sin x     T = (e^{−y₋} − e^{−y₊})/(2√D),     β = 2,  y∓ = (t + {e, f} + 2ef)/D
//
// with Σ = [p k; k q], t = (a − b)²/2 and D = 1 + β(p + q) + β² ef. Defects are differences that were taken
// before they round: of exponentials as 1 − e^{−x}, of roots by their squares.
#pragma once

#include <cmath>
#include <numbers>

#include "nntk/kernel/expected.hpp"
#include "nntk/kernel/wave_expectation.hpp"

namespace nntk {

/// (a − b)²/2.
template <class V>
V spread(const Covariance<V>& c) {
  const V apart = simd::sqrt(c.p) - simd::sqrt(c.q);
  return V(0.5) * apart * apart;
}

/// The numbers are not finite where 2r²p is beyond the exponents of T, 709 for double.
template <double factor, double rate>
struct ExpExpectation {
  static constexpr std::size_t rows = 1;  ///< E[φ²]
  static constexpr double square = rate * rate;

  template <class T>
  static double prepare(T* variance, T* row) {
    prepare_second_moment(variance, row, [](T p) {
      return static_cast<T>(factor * factor) * std::exp(static_cast<T>(2 * square) * p);
    });
    return 0.0;
  }
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const V p = features.left(0), q = features.right(0), bound = simd::sqrt(p) * simd::sqrt(q);
    const V below = fall(simd::broadcast<V>(square) * (spread(c) + c.e));
    return {{p, q, bound * below, bound * (V(2) - below)},
            simd::broadcast<V>(square) * bound * (V(1) - below)};
  }
  static double mean(double variance) { return factor * std::exp(0.5 * square * variance); }
};

/// Of a pair behind e^{−x²/2}: D = det(1 + Σ), and √((1 + 2p)(1 + 2q)) − D, the roots of either and of both.
template <class V>
struct BellPair {
  V determinant, root, bound_root, defect;

  explicit BellPair(const Covariance<V>& c)
      : determinant(V(1) + c.p + c.q + c.e * c.f), root(simd::sqrt(determinant)) {
    const V bound = simd::sqrt(V(1) + c.p + c.p) * simd::sqrt(V(1) + c.q + c.q);
    bound_root = simd::sqrt(bound);
    const V excess = c.e * c.f + (c.p - c.q) * (c.p - c.q) / (V(1) + c.p + c.q + bound);  // D − bound
    defect = excess / (bound_root * root * (root + bound_root));
  }
};

/// With β = `curvature`. Cost of a pair: four roots and three quotients.
template <double factor, double curvature>
struct GaussianExpectation : WithoutFeatures {
  template <class T>
  static double prepare(T* variance, T* /*rows*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) variance[lane] = second_moment(variance[lane]);
    return 0.0;
  }
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    const V beta = simd::broadcast<V>(curvature), scale = simd::broadcast<V>(factor * factor);
    const Covariance<V> bent{beta * c.p, beta * c.q, beta * c.e, beta * c.f};
    const BellPair<V> bell(bent);
    const V e = scale * bell.defect, value = scale / bell.root;
    return {{second_moment(c.p), second_moment(c.q), e, e + value + value},
            beta * bent.k() * value / bell.determinant};
  }
  static double mean(double variance) { return factor / std::sqrt(1 + curvature * variance); }

 private:
  template <class V>
  static V second_moment(const V& p) {
    using std::sqrt;
    return simd::broadcast<V>(factor * factor) /
           sqrt(simd::broadcast<V>(1.0) + simd::broadcast<V>(2 * curvature) * p);
  }
};

/// A wave under a bell, T = G S of
///
///   bell  G = 1/√D                    wave  S = (e^{−y₋} − e^{−y₊})/2
///
/// whose values at u = v are 1/√(1 + 4p) and (1 − e^{−x})/2, x = 2p/(1 + 4p). φ is odd, so that T and the
/// defect may be those of the acute pair. Cost of a pair: four exponentials, six roots and six quotients.
struct GaborExpectation {
  static constexpr std::size_t rows = 3;  ///< E[φ²], √S at u = v, h = 1 − e^{−x/2}

  template <class T>
  static double prepare(T* variance, T* to) {
    constexpr std::size_t lanes = simd::lanes<T>;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const T p = variance[lane], bell = 1 + 4 * p, half = -std::expm1(-p / bell);
      const T wave = static_cast<T>(0.5) * half * (2 - half);
      to[lane] = variance[lane] = wave / std::sqrt(bell);
      to[lanes + lane] = std::sqrt(wave);
      to[2 * lanes + lane] = half;
    }
    return 0.0;
  }
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const Covariance<V> acute = c.acute();
    const BellPair<V> bell({V(2) * c.p, V(2) * c.q, V(2) * acute.e, V(2) * acute.f});
    const V t = spread(c), both = V(2) * acute.e * acute.f;
    const V low = (t + acute.e + both) / bell.determinant, high = (t + acute.f + both) / bell.determinant;
    const V k = acute.k(), near = simd::exp(-low), less = near * fall((k + k) / bell.determinant);
    const V far = near - less, value = V(0.5) * less / bell.root;
    const V bound = features.left(1) * features.right(1);
    const V wave_defect = defect_of_wave(acute, t, low, bell.determinant, features);
    const V e = simd::max(bell.defect * bound + wave_defect / bell.root, V(0)), f = e + value + value;
    const auto is_acute = c.e <= c.f;
    const V first = near * (V(1) + V(8) * k * (V(1) - low));
    const V second = far * (V(1) - V(8) * k * (V(1) - high));
    return {{features.left(0), features.right(0), simd::select(is_acute, e, f), simd::select(is_acute, f, e)},
            V(0.5) * (first + second) / (bell.determinant * bell.root)};
  }
  static double mean(double /*variance*/) { return 0.0; }

 private:
  /// √(S_p S_q) − S by the half of S_p + S_q − 2S = (1 − e^{−y₋}) + e^{−x̄}(e^{x̄ − y₊} − 1) − (h_p − h_q)²/2,
  /// x̄ = (x_p + x_q)/2, with x̄ − y₊ as one fraction: without t, it is a multiple of e.
  template <class V, class T>
  static V defect_of_wave(const Covariance<V>& acute, const V& t, const V& low, const V& determinant,
                          PairRows<T> features) {
    const V m = acute.deviations(), e = acute.e, turned = V(1) - V(4) * m;
    const V along = V(1) + V(4) * m + V(2) * e + V(8) * (t * (V(1) - V(2) * m + e) + e * m);
    const V squares = (V(1) + V(4) * acute.p) * (V(1) + V(4) * acute.q);
    const V ahead = (t * turned * turned + e * along) / (squares * determinant);
    const V left = features.left(2), right = features.right(2), apart = left - right;
    const V roots = features.left(1) - features.right(1);
    const V distance =
        fall(low) + (V(1) - left) * (V(1) - right) * simd::expm1(ahead) - V(0.5) * apart * apart;
    return V(0.5) * (distance - roots * roots);
  }
};

}  // namespace nntk
