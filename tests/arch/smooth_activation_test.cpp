// SPDX-License-Identifier: BSD-3-Clause
//
// Exponentials, waves and polynomials against their formulas, as numbers, in the lanes of a batch, and their
// derivatives.
#include "nntk/arch/smooth_activation.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "nntk/arch/polynomial.hpp"
#include "nntk/tangent/dual.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;

constexpr std::array points{-3.7, -1.0, -0.6, -0.125, 0.0, 1e-9, 0.125, 0.4, 1.0, 2.5};

/// A chain of a few roundings, of numbers up to `size`.
bool is_close(double found, double expected, double size = 1) {
  return std::abs(found - expected) <= test::function_f64 * (size + std::abs(expected));
}

template <class A, class Formula, class Slope>
void check(const Formula& formula, const Slope& slope, double size = 1) {
  using Batch = simd::Batch<double>;
  using Number = Dual<double, Directions<double, 1>>;
  for (const double x : points) {
    const Number moved = A::apply(Number(x, Directions<double, 1>::unit(0)));
    CAPTURE(A::name, x);
    CHECK(is_close(A::apply(x), formula(x), size));
    CHECK(is_close(A::apply(Batch(x)).get(Batch::size - 1), formula(x), size));
    CHECK(is_close(moved.value, formula(x), size));
    CHECK(is_close(moved.tangent.along[0], slope(x), size));
  }
}

}  // namespace

TEST_CASE("Rbf is a wave of phase π/4") {
  const double rate = std::sqrt(1.4), phase = std::numbers::pi / 4;
  check<RbfOf<0.7>>([&](double x) { return std::numbers::sqrt2 * std::sin(rate * x + phase); },
                    [&](double x) { return std::numbers::sqrt2 * rate * std::cos(rate * x + phase); });
  CHECK(Rbf::apply(1.0) == RbfOf<1.0>::apply(1.0));
}

TEST_CASE("Gaussian, Exp and Gabor are their formulas") {
  check<GaussianOf<2.0, -0.75>>([](double x) { return 2 * std::exp(-0.75 * x * x); },
                                [](double x) { return -3 * x * std::exp(-0.75 * x * x); });
  check<ExpOf<1.5, -0.5>>([](double x) { return 1.5 * std::exp(-x / 2); },
                          [](double x) { return -0.75 * std::exp(-x / 2); });
  check<Gabor>([](double x) { return std::exp(-x * x) * std::sin(x); },
               [](double x) { return std::exp(-x * x) * (std::cos(x) - 2 * x * std::sin(x)); });
}

TEST_CASE("Monomials are powers, and rectified ones end at 0") {
  check<Monomial<1>>([](double x) { return x; }, [](double) { return 1.0; });
  check<Monomial<5>>([](double x) { return std::pow(x, 5); }, [](double x) { return 5 * std::pow(x, 4); });
  check<RectifiedMonomial<3>>([](double x) { return x > 0 ? x * x * x : 0; },
                              [](double x) { return x > 0 ? 3 * x * x : 0; });
}

TEST_CASE("Polynomials are their terms") {
  // Terms up to 3.7³ · 2 and 3.7⁴/√24 cancel.
  check<Polynomial<0.5, -1.0, 0.25, 2.0>>([](double x) { return 0.5 - x + 0.25 * x * x + 2 * x * x * x; },
                                          [](double x) { return -1 + 0.5 * x + 6 * x * x; }, 100);
  const double root = std::sqrt(24.0);
  check<Hermite<4>>([&](double x) { return (std::pow(x, 4) - 6 * x * x + 3) / root; },
                    [&](double x) { return (4 * x * x * x - 12 * x) / root; }, 50);
  check<Hermite<1>>([](double x) { return x; }, [](double) { return 1.0; });
}
