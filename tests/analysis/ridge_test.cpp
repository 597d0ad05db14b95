// SPDX-License-Identifier: BSD-3-Clause
//
// Systems solved by hand. A Cholesky solution is within about 4n·ε·κ of the exact one (Higham 2002,
// theorem 10.4); here n ≤ 4 and κ ≤ 100, which gives 4·4·2.2e-16·100 < 1e-12 relative to values of order 1.
#include <cmath>
#include <limits>
#include <nntk/analysis/ridge.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::Matrix;
using nntk::Offset;
using nntk::RidgeRegression;
using nntk::Vector;

void check_close(const Matrix& found, const Matrix& expected) {
  REQUIRE(found.shape() == expected.shape());
  CHECK(xt::amax(xt::abs(found - expected))() <= 1e-12);
}

const Matrix gram = {{4, 1, 0.5}, {1, 3, 1}, {0.5, 1, 2}};
const Matrix targets = {{1, -4}, {0, 2}, {5, 3}};

}  // namespace

TEST_CASE("A system solved by hand gives its coefficients") {
  // 2α₁ + α₂ = 4, α₁ + 2α₂ = 5
  const auto regression = RidgeRegression::fit({{2, 1}, {1, 2}}, {{4}, {5}}, 0, Offset::none);
  check_close(regression.coefficients(), {{1}, {2}});
  check_close(regression.predict({{1, 1}, {0, 3}, {0, 0}}), {{3}, {6}, {0}});
}

TEST_CASE("Without a ridge the training targets are interpolated") {
  const auto offset = GENERATE(Offset::none, Offset::mean);
  check_close(RidgeRegression::fit(gram, targets, 0, offset).predict(gram), targets);
}

TEST_CASE("The ridge is relative to the mean diagonal") {
  // diag(1, 3) + 0.5·2·I = diag(2, 4)
  const auto regression = RidgeRegression::fit({{1, 0}, {0, 3}}, {{2}, {2}}, 0.5, Offset::none);
  check_close(regression.coefficients(), {{1}, {0.5}});
}

TEST_CASE("Scaling the kernel changes no prediction") {
  const Matrix cross = {{1, 2, 3}, {0, -1, 0.5}};
  const auto plain = RidgeRegression::fit(gram, targets, 0.1);
  const auto scaled = RidgeRegression::fit(gram * 1e6, targets, 0.1);
  check_close(scaled.predict(cross * 1e6), plain.predict(cross));
}

TEST_CASE("Far from the data a centred regression returns to the mean, any other to zero") {
  const Matrix far = xt::zeros<double>({2, 3});
  check_close(RidgeRegression::fit(gram, targets, 0.1, Offset::mean).predict(far),
              {{2, 1. / 3}, {2, 1. / 3}});
  check_close(RidgeRegression::fit(gram, targets, 0.1, Offset::none).predict(far), {{0, 0}, {0, 0}});
}

TEST_CASE("Adding a constant to the targets adds it to the predictions of a centred regression") {
  const Matrix cross = {{1, 2, 3}};
  check_close(RidgeRegression::fit(gram, targets + 10, 0.2).predict(cross),
              RidgeRegression::fit(gram, targets, 0.2).predict(cross) + 10);
}

TEST_CASE("Outputs are fitted independently of each other") {
  const Matrix first = {{1}, {0}, {5}}, cross = {{1, 2, 3}};
  const Matrix both = RidgeRegression::fit(gram, targets, 0.3).predict(cross);
  const Matrix alone = RidgeRegression::fit(gram, first, 0.3).predict(cross);
  check_close(alone, {{both(0, 0)}});
}

TEST_CASE("A kernel of rank one shrinks as the closed form says") {
  // K = u uᵀ: (K + cI)⁻¹ y applied to u* uᵀ gives u* (u·y)/(|u|² + c), c = λ|u|²/n
  const Matrix k = {{1, 2, -1}, {2, 4, -2}, {-1, -2, 1}};
  const auto regression = RidgeRegression::fit(k, {{1}, {1}, {0}}, 0.5, Offset::none);
  check_close(regression.predict({{3, 6, -3}}), {{3 * 3 / (6 + 0.5 * 6 / 3)}});
}

TEST_CASE("Identical inputs with different targets need a ridge, and then share their mean") {
  const Matrix ones = xt::ones<double>({2, 2});
  CHECK_THROWS_AS(RidgeRegression::fit(ones, {{0}, {1}}, 0), nntk::DataError);
  CHECK_THROWS_WITH(RidgeRegression::fit(ones, {{0}, {1}}, 0), Contains("larger ridge, such as 1e-06"));
  check_close(RidgeRegression::fit(ones, {{0}, {1}}, 1e-3).predict({{1, 1}}), {{0.5}});
}

TEST_CASE("One example predicts its own target") {
  check_close(RidgeRegression::fit({{4}}, {{7}}, 0).predict({{2}}), {{7}});
  check_close(RidgeRegression::fit({{4}}, {{7}}, 0, Offset::none).predict({{2}}), {{3.5}});
}

TEST_CASE("No new inputs give no predictions") {
  const Matrix predictions = RidgeRegression::fit(gram, targets, 0).predict(xt::zeros<double>({0, 3}));
  CHECK(predictions.shape() == std::array<std::size_t, 2>{0, 2});
}

TEST_CASE("A ridge that is negative or not finite is a mistake of the caller") {
  const double bad =
      GENERATE(-1e-9, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
               std::numeric_limits<double>::quiet_NaN());
  CHECK_THROWS_AS(RidgeRegression::fit(gram, targets, bad), nntk::UsageError);
}

TEST_CASE("Shapes that do not fit are refused with what was found") {
  CHECK_THROWS_WITH(RidgeRegression::fit(xt::ones<double>({2, 3}), targets, 0),
                    Contains("Gram") && Contains("2 by 3"));
  CHECK_THROWS_WITH(RidgeRegression::fit(xt::zeros<double>({0, 0}), xt::zeros<double>({0, 1}), 0),
                    Contains("0 by 0"));
  CHECK_THROWS_WITH(RidgeRegression::fit(gram, {{1}, {2}}, 0),
                    Contains("targets of 3 rows") && Contains("2 by 1"));
  CHECK_THROWS_WITH(RidgeRegression::fit(gram, xt::zeros<double>({3, 0}), 0), Contains("3 by 0"));
  CHECK_THROWS_WITH(RidgeRegression::fit(gram, targets, 0).predict({{1, 2}}),
                    Contains("3 columns") && Contains("1 by 2"));
}

TEST_CASE("Numbers that are not finite are refused with name and position") {
  const double not_a_number = std::nan("");
  CHECK_THROWS_WITH(RidgeRegression::fit({{1, 0}, {0, not_a_number}}, {{1}, {2}}, 0),
                    Contains("Gram matrix, found nan at [1, 1]"));
  CHECK_THROWS_WITH(RidgeRegression::fit({{1, 0}, {0, 1}}, {{1}, {not_a_number}}, 0),
                    Contains("targets, found nan at [1, 0]"));
  CHECK_THROWS_WITH(RidgeRegression::fit(gram, targets, 0).predict({{1, not_a_number, 0}}),
                    Contains("nan at [0, 1]"));
}

TEST_CASE("A Gram matrix that is not symmetric or not positive definite is refused") {
  CHECK_THROWS_WITH(RidgeRegression::fit({{1, 2}, {0, 1}}, {{1}, {2}}, 0), Contains("symmetric"));
  CHECK_THROWS_WITH(RidgeRegression::fit({{1, 2}, {2, 1}}, {{1}, {2}}, 0.1),
                    Contains("ridge of 0.1") && Contains("such as 1"));
}
