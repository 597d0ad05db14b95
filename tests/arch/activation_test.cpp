// SPDX-License-Identifier: BSD-3-Clause
//
// Each activation's values against its formula, as numbers and in the lanes of a batch.
#include "nntk/arch/activation.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "support/tolerance.hpp"

namespace {

using namespace nntk;

constexpr std::array points{-40.0, -3.7, -1.0, -0.6, -0.125, 0.0, 1e-9, 0.125, 0.4, 1.0, 2.5, 40.0};

bool is_close(double found, double expected) {
  return std::abs(found - expected) <= test::function_f64 * (1 + std::abs(expected));
}

template <class A, class Formula>
void check(const Formula& formula) {
  using Batch = simd::Batch<double>;
  alignas(simd::alignment) double lane[Batch::size];
  for (const double x : points) {
    CAPTURE(A::name, x);
    CHECK(is_close(A::apply(x), formula(x)));
    A::apply(Batch(x)).store_aligned(lane);
    CHECK(is_close(lane[Batch::size - 1], formula(x)));
  }
  STATIC_REQUIRE(A::output_width(5) == 5);
  STATIC_REQUIRE(A::parameter_count(5) == 0);
}

struct Square {
  template <class X>
  constexpr X operator()(const X& x) const {
    return x * x;
  }
};

}  // namespace

TEST_CASE("Smooth activations are their formulas, without overflow") {
  check<Tanh>([](double x) { return std::tanh(x); });
  check<Erf>([](double x) { return std::erf(x); });
  check<Gelu>([](double x) { return x * std::erfc(-x / std::numbers::sqrt2) / 2; });
  check<Sigmoid>([](double x) { return 1 / (1 + std::exp(-x)); });
  check<SigmoidLike>([](double x) { return std::erfc(-x / 2.4020563531719796) / 2; });
  check<Sin>([](double x) { return std::sin(x); });
  check<Cos>([](double x) { return std::cos(x); });
  check<Softplus>([](double x) { return std::log1p(std::exp(x)); });
}

TEST_CASE("Piecewise linear activations are their formulas") {
  check<Identity>([](double x) { return x; });
  check<Relu>([](double x) { return std::max(x, 0.0); });
  check<LeakyRelu>([](double x) { return x > 0 ? x : 0.01 * x; });
  check<LeakyReluOf<0.5>>([](double x) { return x > 0 ? x : 0.5 * x; });
  check<Rectified<1.5, -0.25>>([](double x) { return x > 0 ? 1.5 * x : 0.25 * x; });
  check<Abs>([](double x) { return std::abs(x); });
  check<HardTanh>([](double x) { return std::clamp(x, -1.0, 1.0); });
}

TEST_CASE("Steps are their formulas, at the step too") {
  check<Sign>([](double x) { return x > 0 ? 1.0 : (x < 0 ? -1.0 : 0.0); });
  check<Heaviside>([](double x) { return x > 0 ? 1.0 : 0.0; });
  check<Quantize>([](double x) { return 0.25 * std::floor(x / 0.25 + 0.5); });
  CHECK(Quantize::apply(0.125) == 0.25);  // halves go up
  CHECK(QuantizeOf<0.5>::apply(-0.3) == -0.5);
}

TEST_CASE("Elementwise applies a user's callable to one number at a time") {
  STATIC_REQUIRE_FALSE(Elementwise<Square{}>::evaluates_batches);
  STATIC_REQUIRE(Elementwise<[](auto x) { return x + 1; }>::output_width(3) == 3);
  CHECK(Elementwise<Square{}>::apply(3.0) == 9.0);
}
