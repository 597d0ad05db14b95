// SPDX-License-Identifier: BSD-3-Clause
//
// E[φ(u)] of every closed form against adaptive Gauss–Kronrod quadrature of φ, on both sides of the kink at
// 0.
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "nntk/kernel/expectation.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;

/// E of f(φ(u)), u ~ N(0, variance); normal densities end below 1e-16 at 12 deviations, of e^{2u} too.
template <class A, class Function>
double quadrature(double variance, const Function& f) {
  const auto integrand = [&](double z) {
    return f(A::apply(std::sqrt(variance) * z)) * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  };
  using Rule = boost::math::quadrature::gauss_kronrod<double, 61>;
  return Rule::integrate(integrand, -12.0, 0.0, 8, 1e-14) + Rule::integrate(integrand, 0.0, 12.0, 8, 1e-14);
}

/// Both are right to a few units of 1e-14 of √E[φ²], which bounds the mean.
template <class... A>
void check_means() {
  const auto check = [](auto activation, double variance) {
    using Activation = decltype(activation);
    const double expected = quadrature<Activation>(variance, [](double x) { return x; });
    const double size = std::sqrt(quadrature<Activation>(variance, [](double x) { return x * x; }));
    CAPTURE(Activation::name, variance);
    CHECK(Expectation<Activation>::mean(variance) == Approx(expected).epsilon(0).margin(5e-14 * size));
  };
  for (const double variance : {1e-6, 0.3, 1.0, 2.5}) (check(A{}, variance), ...);
}

}  // namespace

TEST_CASE("Means of homogeneous activations and steps are their quadrature") {
  check_means<Identity, Relu, LeakyRelu, Abs, Rectified<1.5, -0.5>, Sign, Heaviside>();
  check_means<Monomial<1>, Monomial<3>, Monomial<4>, RectifiedMonomial<2>, RectifiedMonomial<5>>();
}

TEST_CASE("Means of smooth activations are their quadrature") {
  check_means<Erf, SigmoidLike, Gelu, Sin, Cos, RbfOf<0.7>>();
  check_means<ExpOf<1.5, -0.5>, GaussianOf<2.0, -0.75>, Gabor>();
  check_means<Hermite<1>, Hermite<3>, Hermite<4>, Polynomial<0.5, -1.0, 0.25, 2.0>>();
}

TEST_CASE("A variable that does not move has the mean φ(0)") {
  CHECK(Expectation<Heaviside>::mean(0) == 0);
  CHECK(Expectation<Cos>::mean(0) == 1);
  CHECK(Expectation<ExpOf<1.5, 2.0>>::mean(0) == 1.5);
  CHECK(Expectation<Polynomial<0.5, 1.0>>::mean(0) == 0.5);
}
