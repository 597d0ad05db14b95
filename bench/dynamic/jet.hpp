// SPDX-License-Identifier: BSD-3-Clause
//
// A jet: a number and its derivatives in K directions, x = a + Σ_k v_k ε_k with ε_j ε_k = 0, after Ceres
// Solver's jet.h. Plain forward mode: the rule φ(x) = φ(a) + φ'(a) Σ_k v_k ε_k differentiates whatever is
// computed with jets.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace nntk::dynamic {

template <std::size_t K>
struct Jet {
  double a = 0;
  std::array<double, K> v{};

  Jet() = default;
  Jet(double constant) : a(constant) {}  // NOLINT(google-explicit-constructor): a number is a jet

  Jet& operator+=(const Jet& other) {
    a += other.a;
    for (std::size_t k = 0; k < K; ++k) v[k] += other.v[k];
    return *this;
  }
  friend Jet operator+(Jet x, const Jet& y) { return x += y; }
  friend Jet operator-(const Jet& x) { return chain(x, -x.a, -1); }
  friend Jet operator*(const Jet& x, const Jet& y) {
    Jet result;
    result.a = x.a * y.a;
    for (std::size_t k = 0; k < K; ++k) result.v[k] = x.v[k] * y.a + x.a * y.v[k];
    return result;
  }
  friend Jet operator*(double scale, const Jet& x) { return chain(x, scale * x.a, scale); }

  /// φ(x), given φ(a) and φ'(a).
  friend Jet chain(const Jet& x, double value, double slope) {
    Jet result(value);
    for (std::size_t k = 0; k < K; ++k) result.v[k] = slope * x.v[k];
    return result;
  }

  friend Jet exp(const Jet& x) { return chain(x, std::exp(x.a), std::exp(x.a)); }
  friend Jet log1p(const Jet& x) { return chain(x, std::log1p(x.a), 1 / (1 + x.a)); }
  friend Jet sin(const Jet& x) { return chain(x, std::sin(x.a), std::cos(x.a)); }
  friend Jet cos(const Jet& x) { return chain(x, std::cos(x.a), -std::sin(x.a)); }
  friend Jet floor(const Jet& x) { return Jet(std::floor(x.a)); }
  friend Jet tanh(const Jet& x) {
    const double sech = 1 / std::cosh(x.a);
    return chain(x, std::tanh(x.a), sech * sech);
  }
  friend Jet erf(const Jet& x) {
    return chain(x, std::erf(x.a), 2 * std::numbers::inv_sqrtpi * std::exp(-x.a * x.a));
  }
};

}  // namespace nntk::dynamic
