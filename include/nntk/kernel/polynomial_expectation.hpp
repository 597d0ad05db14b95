// SPDX-License-Identifier: BSD-3-Clause
//
// Polynomials of degree N, exactly: their Hermite series ends (Mehler's formula). With the mean derivatives
// of a sample, G_j(p) = E[φ⁽ʲ⁾(u)]/√j!,
//
//   T = Σ_{j ≤ N} G_j(p) G_j(q) kʲ            φ = Σ c_m xᵐ      G_j = Σ_i c_{j+2i} (j + 2i)!/(2i)!! pⁱ/√j!
//   Ṫ = Σ_{1 ≤ j ≤ N} j G_j(p) G_j(q) kʲ⁻¹    φ = He_N/√N!      G_j = √(N!/j!) (p − 1)ⁱ/(2i)!!,  N = j + 2i
//
// Each term is the covariance of a pair of its own, and T that of their sum (covariance.hpp).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "nntk/kernel/expected.hpp"
#include "nntk/math.hpp"

namespace nntk {

/// φ = Σ c_m xᵐ.
template <double... coefficients>
struct PowerSeries {
  static constexpr std::size_t degree = sizeof...(coefficients) - 1;
  /// E[φ⁽ʲ⁾(u)].
  static double mean_derivative(std::size_t j, double variance) {
    constexpr std::array c{coefficients...};
    double sum = 0, power = 1;
    for (std::size_t i = 0; j + 2 * i <= degree; ++i, power *= variance)
      sum +=
          c[j + 2 * i] * math::factorial(j + 2 * i) / math::double_factorial(static_cast<int>(2 * i)) * power;
    return sum;
  }
};

/// φ = He_N/√N!.
template <std::size_t n>
struct HermitePolynomial {
  static constexpr std::size_t degree = n;
  static double mean_derivative(std::size_t j, double variance) {
    const std::size_t left = n - j, half = left / 2;
    if (left % 2 != 0) return 0;
    return std::sqrt(math::factorial(n)) * std::pow(variance - 1, static_cast<double>(half)) /
           math::double_factorial(static_cast<int>(left));
  }
};

/// The powers behind a term of the series: pʲ, qʲ, (ab)ʲ, |k|ʲ, (ab)ʲ − |k|ʲ and the sign of kʲ.
template <class V>
struct PolynomialTerm {
  V p, q, bound, inner, gap, sign;

  /// The pair of second moments G² pʲ and H² qʲ, with E = G H kʲ.
  [[nodiscard]] Covariance<V> times(const V& g, const V& h) const {
    const V product = g * h, size = simd::abs(product);
    const V near = size * gap, far = size * (bound + inner);
    const auto is_positive = product * sign >= V(0);
    return {g * g * p, h * h * q, simd::select(is_positive, near, far), simd::select(is_positive, far, near)};
  }
};

/// Cost of a pair: three roots, a quotient and 20 multiply-adds a degree. E[φ²] grows as p^N and may
/// overflow.
template <class Series>
struct PolynomialExpectation {
  static constexpr std::size_t degree = Series::degree;
  static constexpr std::size_t rows = degree + 1;  ///< G_0, ..., G_N

  template <class T>
  static double prepare(T* variance, T* to) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      const double p = static_cast<double>(variance[lane]);
      double square = 0, power = 1;
      for (std::size_t j = 0; j <= degree; ++j, power *= p) {
        const double mean = Series::mean_derivative(j, p) / std::sqrt(math::factorial(j));
        to[j * simd::lanes<T> + lane] = static_cast<T>(mean);
        square += mean * mean * power;
      }
      variance[lane] = static_cast<T>(square);
    }
    return 0.0;
  }
  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const auto is_acute = c.e <= c.f;
    const Covariance<V> acute = c.acute();
    const V turned = simd::select(is_acute, V(1), V(-1)), k = acute.k(), bound = acute.deviations();
    PolynomialTerm<V> term{V(1), V(1), V(1), V(1), V(0), V(1)};
    Covariance<V> sum{V(0), V(0), V(0), V(0)};
    V slope(0), before(0);  // j |k|ʲ⁻¹
    for (std::size_t j = 0; j <= degree; ++j) {
      const V left = features.left(j), right = features.right(j);
      slope = simd::fma(left * right * term.sign * turned, before, slope);
      before = simd::fma(before, k, term.inner);
      sum = sum + term.times(left, right);
      term = {term.p * c.p,
              term.q * c.q,
              term.bound * bound,
              term.inner * k,
              simd::fma(bound, term.gap, acute.e * term.inner),
              term.sign * turned};
    }
    return {sum, slope};
  }
  static double mean(double variance) { return Series::mean_derivative(0, variance); }
};

}  // namespace nntk
