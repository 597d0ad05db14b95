// SPDX-License-Identifier: BSD-3-Clause
//
// Values by hand: an exponential, a logarithm and a few sums round to 1e-15 of themselves.
#include <cmath>
#include <limits>
#include <nntk/analysis/cross_entropy.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::Matrix;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

auto close_to(double value) { return Catch::Matchers::WithinRel(value, 1e-15); }

}  // namespace

TEST_CASE("Softmax is the logistic function of two logits, whatever is added to both") {
  const double shift = GENERATE(0., -700., 1e4);
  const Matrix p = nntk::softmax({{shift + 2, shift}, {shift, shift}});
  CHECK_THAT(p(0, 0), close_to(1 / (1 + std::exp(-2.))));
  CHECK_THAT(p(0, 1), close_to(1 / (1 + std::exp(2.))));
  CHECK((p(1, 0) == 0.5 && p(1, 1) == 0.5));
}

TEST_CASE("Softmax does not overflow") {
  CHECK((nntk::softmax({{1e308, -1e308, 0}, {-1e308, -1e308, -1e308}}) ==
         Matrix{{1, 0, 0}, {1 / 3., 1 / 3., 1 / 3.}}));
}

TEST_CASE("The cross-entropy of equal logits is log classes, whatever the targets") {
  CHECK_THAT(nntk::measure_cross_entropy({{7, 7, 7}, {-1, -1, -1}}, {{1, 0, 0}, {0.2, 0.3, 0.5}}),
             close_to(std::log(3.)));
}

TEST_CASE("The cross-entropy keeps its digits where the answer is nearly certain, right or wrong") {
  CHECK_THAT(nntk::measure_cross_entropy({{50, 0}}, {{1, 0}}), close_to(std::exp(-50.)));
  CHECK_THAT(nntk::measure_cross_entropy({{50, 0}}, {{0, 1}}), close_to(50));
  CHECK(nntk::measure_cross_entropy({{1e308, -1e308}}, {{1, 0}}) == 0);
}

TEST_CASE("The residual of a one-hot code keeps its digits where the answer is nearly certain") {
  const Matrix residual = nntk::softmax_residual({{50, 0}, {0, 50}}, {{1, 0}, {1, 0}});
  CHECK_THAT(residual(0, 0), close_to(std::exp(-50.)));
  CHECK_THAT(residual(0, 1), close_to(-std::exp(-50.)));
  CHECK((residual(1, 0) == 1 && residual(1, 1) == -1));
}

TEST_CASE("The derivative of the cross-entropy is the residual over the examples, negative") {
  // Central differences of step 1e-5: truncation h²/6 < 2e-11, rounding ε/h = 2e-11.
  const Matrix f = {{0.3, -1, 2}, {1, 0.5, 0}}, y = {{0, 1, 0}, {0.5, 0.25, 0.25}};
  const Matrix expected = nntk::softmax_residual(f, y) / -2;
  CHECK(xt::amax(xt::abs(expected - (nntk::softmax(f) - y) / 2))() <= 1e-15);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      Matrix above = f, below = f;
      above(i, k) += 1e-5;
      below(i, k) -= 1e-5;
      const double found =
          (nntk::measure_cross_entropy(above, y) - nntk::measure_cross_entropy(below, y)) / 2e-5;
      CHECK(std::abs(found - expected(i, k)) <= 1e-10);
    }
}

TEST_CASE("Logits and probabilities that are none are refused with what was found") {
  const Matrix f = {{1, 2}}, y = {{0.5, 0.5}};
  CHECK_THROWS_WITH(nntk::softmax({{1, not_a_number}}), Contains("logits, found nan at [0, 1]"));
  CHECK_THROWS_WITH(nntk::softmax(xt::zeros<double>({2, 0})), Contains("at least one class"));
  CHECK_THROWS_WITH(nntk::measure_cross_entropy(xt::zeros<double>({0, 2}), xt::zeros<double>({0, 2})),
                    Contains("at least one example"));
  CHECK_THROWS_WITH(nntk::measure_cross_entropy(f, {{1, 0, 0}}), Contains("of 1 by 2, found 1 by 3"));
  CHECK_THROWS_WITH(nntk::measure_cross_entropy(f, {{0.5, -0.5}}),
                    Contains("0 or more, found -0.5 at [0, 1]"));
  CHECK_THROWS_WITH(nntk::measure_cross_entropy(f, {{0.5, 0.6}}),
                    Contains("sum to 1") && Contains("1.1 in row 0"));
  CHECK_THROWS_WITH(nntk::measure_cross_entropy(f, {{0.5, inf}}), Contains("inf at [0, 1]"));
  CHECK(nntk::softmax(xt::zeros<double>({0, 2})).size() == 0);
}
