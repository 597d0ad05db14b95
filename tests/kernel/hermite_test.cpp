// SPDX-License-Identifier: BSD-3-Clause
//
// The Hermite series of activations without a closed form, against a product quadrature in long double: the
// trapezoidal rule in two independent normal variables, 1/8 apart, which has converged to 1e-17 for these
// functions (poles at distance ≥ π/2 of variances ≤ 2: e^{−2π · 1.1 · 8}).
#include "nntk/kernel/hermite.hpp"

#include <cmath>
#include <numbers>

#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using Real = long double;

constexpr Real spacing = 0.125L;
constexpr int reach = 76;  // 9.5 standard deviations: e^{−45}

/// E[f(u) f(v)] with u = a z, v = b (c z + s z').
template <class Function>
Real expect_product(const Function& f, Real a, Real b, Real c, Real s) {
  Real sum = 0;
  for (int m = -reach; m <= reach; ++m) {
    const Real z = spacing * m;
    Real inner = 0;
    for (int n = -reach; n <= reach; ++n) {
      const Real other = spacing * n;
      inner += std::exp(-other * other / 2) * f(b * (c * z + s * other));
    }
    sum += std::exp(-z * z / 2) * f(a * z) * inner;
  }
  return sum * spacing * spacing / (2 * std::numbers::pi_v<Real>);
}

template <class Function, class Slope>
void quadrature(LimitRecursion& limit, const Function& f, const Slope& slope) {
  limit.activation([&](const Digits50& p, const Digits50& q, const Digits50& k) {
    const Digits50 root = sqrt(p * q), c = root > 0 ? Digits50(k / root) : Digits50(0);
    const Real a(sqrt(p)), b(sqrt(q)), along(c), across(sqrt(std::max<Digits50>(1 - c * c, 0)));
    return PairLimit{expect_product(f, a, b, along, across), expect_product(slope, a, b, along, across)};
  });
}

/// Variances up to 2; collinear, opposite, nearly so, and zero.
const Data moderate{2, {1, 0.5, -0.3, 0.8, 2, 1, -1, -0.5, 0, 0, 1, 0.5 + 1e-6}};

template <class A, class Function, class Slope>
void check_hermite(const Function& f, const Slope& slope) {
  check_limit<Network<Input<2>, Dense<8, Scale{0.9, 0.2}>, A, Dense<1, Scale{1.0, 0.0}>>>(
      moderate,
      [&](LimitRecursion& limit) {
        limit.dense(0.9, 0.2);
        quadrature(limit, f, slope);
        limit.dense(1.0, 0.0);
      },
      hermite_f64);
}

struct UsersGelu {
  template <class X>
  constexpr X operator()(const X& x) const {
    return Gelu::apply(x);
  }
};

Real logistic(Real x) { return 1 / (1 + std::exp(-x)); }
Real normal_distribution(Real x) { return std::erfc(-x / std::numbers::sqrt2_v<Real>) / 2; }
Real normal_density(Real x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi_v<Real>); }

}  // namespace

TEST_CASE("The Hermite series of Tanh is its expectation by quadrature") {
  check_hermite<Tanh>([](Real x) { return std::tanh(x); },
                      [](Real x) { return 1 - std::tanh(x) * std::tanh(x); });
}

TEST_CASE("The Hermite series of Sigmoid is its expectation by quadrature") {
  check_hermite<Sigmoid>(logistic, [](Real x) { return logistic(x) * logistic(-x); });
}

TEST_CASE("The Hermite series of Softplus is its expectation by quadrature") {
  check_hermite<Softplus>([](Real x) { return std::max(x, Real(0)) + std::log1p(std::exp(-std::abs(x))); },
                          logistic);
}

TEST_CASE("The Hermite series of a user's Gelu is its expectation by quadrature") {
  check_hermite<Elementwise<UsersGelu{}>>(
      [](Real x) { return x * normal_distribution(x); },
      [](Real x) { return normal_distribution(x) + x * normal_density(x); });
}
