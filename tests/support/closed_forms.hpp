// SPDX-License-Identifier: BSD-3-Clause
//
// (E[φ(u)φ(v)], E[φ'(u)φ'(v)]) of a Gaussian pair, naively and in 50 digits: the textbook's formulas in p, q
// and k, where differences may lose half of the digits and leave 25.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "support/limit_recursion.hpp"

namespace nntk::test {

/// α·relu(x)ⁿ + β·relu(−x)ⁿ (Cho and Saul 2009).
struct RectifiedForm {
  std::size_t degree;
  double positive, negative;

  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    const Digits50 root = sqrt(p * q), n = degree;
    const Digits50 cosine = root > 0 ? Digits50(std::clamp<Digits50>(k / root, -1, 1)) : Digits50(1);
    return {pow(root, n) * moment(degree, cosine, negative),
            n * n * pow(root, n - 1) * moment(degree - 1, cosine, -negative)};
  }

 private:
  [[nodiscard]] Digits50 moment(std::size_t n, const Digits50& cosine, double below) const {
    const Digits50 pi = boost::math::constants::pi<Digits50>(), angle = acos(cosine);
    const Digits50 same = Digits50(positive) * positive + Digits50(below) * below;
    return (same * half(n, angle) + Digits50(2) * positive * below * half(n, pi - angle)) / (2 * pi);
  }
  /// J_n(θ) = 2π E[uⁿvⁿ; u, v > 0] of unit variances.
  static Digits50 half(std::size_t n, const Digits50& angle) {
    const Digits50 rest = boost::math::constants::pi<Digits50>() - angle, c = cos(angle), s = sin(angle);
    Digits50 now = rest, next = s + rest * c;
    for (std::size_t m = 1; m <= n; ++m) {
      const Digits50 after = (2 * m + 1) * c * next + m * m * s * s * now;
      now = next, next = after;
    }
    return now;
  }
};

/// (1 + erf(r x))/2 (Williams 1997).
struct SigmoidLikeForm {
  double rate;
  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    const Digits50 turn = 2 / boost::math::constants::pi<Digits50>(), r = Digits50(rate) * rate;
    const Digits50 product = (1 + 2 * r * p) * (1 + 2 * r * q);
    return {(1 + turn * asin(2 * r * k / sqrt(product))) / 4,
            r * turn / (2 * sqrt(product - 4 * r * r * k * k))};
  }
};

/// Tsuchida et al. 2021.
inline PairLimit gelu_form(const Digits50& p, const Digits50& q, const Digits50& k) {
  const Digits50 both = (1 + p) * (1 + q), det = both - k * k, root = sqrt(det);
  const Digits50 turn = 1 / (2 * boost::math::constants::pi<Digits50>()), angle = asin(k / sqrt(both));
  return {k / 4 + turn * (k * angle + (p * q * det + k * k) / (both * root)),
          Digits50(1) / 4 + turn * (angle + k * (det * (3 + p + q) + k * k) / (both * det * root))};
}

/// α sin(ωx + c): α²/2 e^{−ω²(p+q)/2} (e^{ω²k} − cos 2c e^{−ω²k}).
struct WaveForm {
  Digits50 squared_rate, half_square;
  int kappa;
  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    const Digits50 w = squared_rate;
    const Digits50 same = exp(w * (k - (p + q) / 2)), other = kappa * exp(-w * (k + (p + q) / 2));
    return {half_square * (same - other), half_square * w * (same + other)};
  }
};

/// α e^{rx}.
struct ExpForm {
  double factor, rate;
  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    const Digits50 square = Digits50(rate) * rate;
    const Digits50 value = Digits50(factor) * factor * exp(square * ((p + q) / 2 + k));
    return {value, square * value};
  }
};

/// α e^{−βx²/2}.
struct GaussianForm {
  double factor, beta;
  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    const Digits50 b = beta, det = (1 + b * p) * (1 + b * q) - b * b * k * k;
    const Digits50 value = Digits50(factor) * factor / sqrt(det);
    return {value, b * b * k * value / det};
  }
};

/// e^{−x²} sin x: a wave of the pair whose inverse covariance is 2 more.
inline PairLimit gabor_form(const Digits50& p, const Digits50& q, const Digits50& k) {
  const Digits50 across = p * q - k * k, det = (1 + 2 * p) * (1 + 2 * q) - 4 * k * k;
  const Digits50 middle = ((p + q) / 2 + 2 * across) / det, along = k / det;
  const Digits50 same = exp(along - middle), other = exp(-along - middle);
  const Digits50 inner = 8 * k * (1 - middle + along), outer = 8 * k * (1 - middle - along);
  return {(same - other) / (2 * sqrt(det)),
          (same * (1 + inner) + other * (1 - outer)) / (2 * det * sqrt(det))};
}

/// Σ c_m xᵐ, by the moments of the pair.
struct PolynomialForm {
  std::vector<Digits50> coefficients;

  PairLimit operator()(const Digits50& p, const Digits50& q, const Digits50& k) const {
    std::vector<Digits50> derivative;
    for (std::size_t m = 1; m < coefficients.size(); ++m) derivative.push_back(m * coefficients[m]);
    return {product(coefficients, p, q, k), product(derivative, p, q, k)};
  }

 private:
  static Digits50 product(const std::vector<Digits50>& c, const Digits50& p, const Digits50& q,
                          const Digits50& k) {
    Digits50 sum = 0;
    for (std::size_t m = 0; m < c.size(); ++m)
      for (std::size_t n = 0; n < c.size(); ++n) sum += c[m] * c[n] * moment(m, n, p, q, k);
    return sum;
  }
  /// E[uᵐvⁿ] by parts: u is paired with one of the other factors (Isserlis 1918).
  static Digits50 moment(std::size_t m, std::size_t n, const Digits50& p, const Digits50& q,
                         const Digits50& k) {
    if ((m + n) % 2 != 0) return 0;
    if (m == 0) return n == 0 ? Digits50(1) : (n - 1) * q * moment(0, n - 2, p, q, k);
    Digits50 sum = 0;
    if (m >= 2) sum += (m - 1) * p * moment(m - 2, n, p, q, k);
    if (n >= 1) sum += n * k * moment(m - 1, n - 1, p, q, k);
    return sum;
  }
};

}  // namespace nntk::test
