// SPDX-License-Identifier: BSD-3-Clause
//
// Oracles are closed forms, and the differential equation integrated without any decomposition. The flow of
// a decomposed Θ is that of Θ + E with ‖E‖ ≤ c·n·ε·λ_max (LAPACK Users' Guide, section 4.7), which moves an
// output of order 1 by ‖E‖t/N: with c = 4, n ≤ 8 and λ_max·t/N ≤ 100 by less than 1e-12. At t = ∞ it is the
// condition number, at most 100 here, that takes the place of λ_max·t/N.
//
// Runge–Kutta of h·λ_max/N = 0.01 errs by at most x e⁻ˣ h⁴/120 < 4e-11 in a mode, x = λt/N.
#include <cmath>
#include <nntk/analysis/gradient_flow.hpp>
#include <nntk/analysis/ridge.hpp>
#include <nntk/error.hpp>
#include <utility>

#include <catch2/catch.hpp>

#include "../support/flow.hpp"

namespace {

using namespace nntk::test;
using Catch::Contains;
using nntk::GradientFlow;
using nntk::Matrix;
using nntk::Vector;

constexpr double closed = 1e-12;
constexpr double integrated = 1e-10;

void check_close(const Matrix& found, const Matrix& expected, double tolerance = closed) {
  CHECK(largest_difference(found, expected) <= tolerance);
}

const Matrix initial = normal_matrix(6, 2, 11), initial_new = normal_matrix(3, 2, 12),
             targets = normal_matrix(6, 2, 13);

// Error after some steps of gradient descent with momentum, of one mode that starts at 1.
double descend(double rate, double momentum, std::size_t steps) {
  double before = 1, now = 1;
  for (std::size_t step = 0; step < steps; ++step)
    before = std::exchange(now, now - rate * now + momentum * (now - before));
  return std::abs(now);
}

}  // namespace

TEST_CASE("One example approaches its target exponentially, and takes new inputs along") {
  const GradientFlow flow(Matrix{{2}});
  const double time = GENERATE(0., 1e-9, 0.3, 4., 1e3, 1e300, inf);
  const double left = std::exp(-2 * time);
  check_close(flow.evolve({{5}}, {{1}}, time), {{1 + 4 * left}});
  check_close(flow.predict({{3}, {-1}}, {{0}, {10}}, {{5}}, {{1}}, time),
              {{-6 * (1 - left)}, {10 + 2 * (1 - left)}});
}

TEST_CASE("Examples of a diagonal kernel move by themselves, each at its own rate λ/N") {
  const Matrix gram = {{1, 0, 0}, {0, 6, 0}, {0, 0, 0}};
  const Matrix found = GradientFlow(gram).evolve(xt::zeros<double>({3, 1}), {{1}, {1}, {1}}, 1.5);
  check_close(found, {{1 - std::exp(-0.5)}, {1 - std::exp(-3.)}, {0}});
}

TEST_CASE("The flow solves its differential equation, of full rank or not, whatever the new inputs' kernel") {
  const std::size_t rank = GENERATE(1u, 4u, 12u);
  const Matrix gram = random_kernel(6, 0, rank, 1).examples;
  const Matrix cross = normal_matrix(3, 6, 2);
  const GradientFlow flow(gram);
  const double time = GENERATE(0.1, 2., 25.), rate = flow.decay_rates()(0);
  const auto steps = static_cast<std::size_t>(std::ceil(time * rate / 0.01));
  const Matrix all = xt::concatenate(xt::xtuple(initial, initial_new), 0);
  const Matrix kernel = xt::concatenate(xt::xtuple(gram, cross), 0);
  const Matrix found = runge_kutta(all, time, steps, [&](const Matrix& f) -> Matrix {
    return nntk::multiply(kernel, targets - rows(f, 0, 6)) / 6;
  });
  check_close(flow.evolve(initial, targets, time), rows(found, 0, 6), integrated);
  check_close(flow.predict(cross, initial_new, initial, targets, time), rows(found, 6, 9), integrated);
}

TEST_CASE("Flowing for a time and then for another is flowing for both") {
  const auto kernel = random_kernel(6, 3, GENERATE(3u, 12u), 3);
  const GradientFlow flow(kernel.examples);
  const double first = 2, second = GENERATE(0., 5., inf);
  const Matrix between = flow.evolve(initial, targets, first);
  const Matrix between_new = flow.predict(kernel.cross, initial_new, initial, targets, first);
  check_close(flow.evolve(between, targets, second), flow.evolve(initial, targets, first + second));
  check_close(flow.predict(kernel.cross, between_new, between, targets, second),
              flow.predict(kernel.cross, initial_new, initial, targets, first + second));
}

TEST_CASE("At time 0 nothing has moved, to the last bit") {
  const auto kernel = random_kernel(6, 3, 12, 4);
  const GradientFlow flow(kernel.examples);
  CHECK((flow.evolve(initial, targets, 0) == initial));
  CHECK((flow.predict(kernel.cross, initial_new, initial, targets, 0) == initial_new));
}

TEST_CASE("In the limit from zero the flow is kernel regression without a ridge, and near it before") {
  const auto kernel = random_kernel(6, 3, 24, 5);
  const auto regression = nntk::RidgeRegression::fit(kernel.examples, targets, 0, nntk::Offset::none);
  const GradientFlow flow(kernel.examples);
  const double time = GENERATE(1e3, 1e12, inf);  // e^{−1000 λ_min/6} < 1e-13
  REQUIRE(flow.decay_rates()(5) * 1e3 > 30);
  const Matrix zero = xt::zeros<double>({6, 2}), zero_new = xt::zeros<double>({3, 2});
  check_close(flow.predict(kernel.cross, zero_new, zero, targets, time), regression.predict(kernel.cross));
  check_close(flow.evolve(zero, targets, time), targets);
}

TEST_CASE(
    "Identical examples share the mean of their targets in the limit, and the rest of the error stays") {
  const Matrix gram = xt::ones<double>({2, 2});
  const GradientFlow flow(gram);
  check_close(flow.evolve({{0}, {2}}, {{0}, {1}}, inf), {{-0.5}, {1.5}});
  check_close(flow.predict({{3, 3}}, {{0}}, {{0}, {0}}, {{0}, {1}}, inf), {{1.5}});
  CHECK(std::abs(flow.loss({{0}, {0}}, {{0}, {1}}, inf) - 0.125) <= closed);
}

TEST_CASE("A kernel of zero leaves its examples, and moves new inputs steadily for as long as it is given") {
  const GradientFlow flow(Matrix(xt::zeros<double>({2, 2})));
  const double time = GENERATE(0.5, 1e9, inf);
  CHECK((flow.evolve({{1}, {2}}, {{3}, {3}}, time) == Matrix{{1}, {2}}));
  const double moved = std::isinf(time) ? 0 : time / 2 * (1 * 2 + 4 * 1);
  check_close(flow.predict({{1, 4}}, {{7}}, {{1}, {2}}, {{3}, {3}}, time), {{7 + moved}},
              closed * (1 + moved));
  CHECK(std::isinf(flow.critical_learning_rate()));
}

TEST_CASE("Scaling the kernel and dividing the time by the same changes nothing") {
  const double scale = GENERATE(0x1p-900, 0x1p-60, 0x1p60, 0x1p900);
  const auto kernel = random_kernel(6, 3, 12, 6);
  const GradientFlow flow(kernel.examples), scaled(kernel.examples * scale);
  check_close(scaled.evolve(initial, targets, 3 / scale), flow.evolve(initial, targets, 3));
  check_close(scaled.predict(kernel.cross * scale, initial_new, initial, targets, 3 / scale),
              flow.predict(kernel.cross, initial_new, initial, targets, 3));
}

TEST_CASE("The smoother is what predictions are linear in, and adds to e^{−Θt/N} on the examples") {
  const auto kernel = random_kernel(6, 3, 12, 7);
  const GradientFlow flow(kernel.examples);
  const double time = GENERATE(0., 1., 40., inf);
  const Matrix smoothed = nntk::multiply(flow.smoother(kernel.cross, time), targets - initial);
  check_close(initial_new + smoothed, flow.predict(kernel.cross, initial_new, initial, targets, time));
  const Matrix left = targets - flow.evolve(initial, targets, time);
  const Matrix residual = targets - initial;
  check_close(residual - nntk::multiply(flow.smoother(kernel.examples, time), residual), left);
}

TEST_CASE("The loss is that of the outputs, and never rises") {
  const GradientFlow flow(random_kernel(6, 0, 4, 8).examples);
  double before = inf;
  for (const double time : {0., 0.5, 3., 50., 1e5, inf}) {
    const double loss = flow.loss(initial, targets, time);
    const Matrix outputs = flow.evolve(initial, targets, time);
    CHECK(std::abs(loss - xt::sum(xt::square(outputs - targets))() / 12) <= closed);
    CHECK(loss <= before + closed);
    before = loss;
  }
}

TEST_CASE("A mode that cannot be told from one that stays does not move, however long it is given") {
  const GradientFlow flow(Matrix{{1, 0}, {0, 1e-17}});
  const Matrix start{{3}, {2}}, goal{{1}, {1}};
  for (const double time : {1e20, inf}) {
    CHECK((flow.evolve(start, goal, time) == Matrix{{1}, {2}}));
    CHECK(flow.loss(start, goal, time) == 0.25);
  }
}

TEST_CASE("The loss keeps its digits when the outputs have none left") {
  CHECK_THAT(GradientFlow(Matrix{{1}}).loss({{3}}, {{1}}, 100),
             Catch::Matchers::WithinRel(2 * std::exp(-200.), 1e-14));
}

TEST_CASE("Rates are the eigenvalues over the number of examples, descending") {
  const Vector rates = GradientFlow(Matrix{{1, 0}, {0, 4}}).decay_rates();
  CHECK((rates == Vector{2, 0.5}));
}

TEST_CASE("Descent converges below the critical learning rate and diverges above it, momentum or not") {
  const GradientFlow flow(Matrix{{1, 0}, {0, 4}});
  const double momentum = GENERATE(0., 0.5, 0.9);
  const double critical = flow.critical_learning_rate(momentum);
  CHECK(critical == (1 + momentum));  // 2(1 + β)·2/4
  // A root at −1 moves by (2(1 + β)/(1 − β))·1e-3 ≥ 2e-3 for a change of 1e-3: e^{±20} in 10,000 steps.
  CHECK(descend(0.999 * critical * 2, momentum, 10'000) < 1e-6);
  CHECK(descend(1.001 * critical * 2, momentum, 10'000) > 1e6);
}

TEST_CASE(
    "A momentum below 0 or from 1 on and a time that is negative or no number are mistakes of the caller") {
  const GradientFlow flow(Matrix{{1}});
  const double momentum = GENERATE(-0.1, 1., inf, not_a_number);
  CHECK_THROWS_AS(flow.critical_learning_rate(momentum), nntk::UsageError);
  const double time = GENERATE(-1e-300, -inf, not_a_number);
  CHECK_THROWS_AS(flow.evolve({{1}}, {{1}}, time), nntk::UsageError);
  CHECK_THROWS_AS(flow.predict({{1}}, {{1}}, {{1}}, {{1}}, time), nntk::UsageError);
  CHECK_THROWS_AS(flow.smoother({{1}}, time), nntk::UsageError);
  CHECK_THROWS_WITH(flow.loss({{1}}, {{1}}, time), Contains("a time of 0 or more"));
}

TEST_CASE("Negative eigenvalues that single precision explains count as zero, others are refused") {
  const GradientFlow flow(Matrix{{1, 0}, {0, -1e-6}});
  CHECK((flow.evolve({{0}, {0}}, {{1}, {1}}, 1e9) == Matrix{{1}, {0}}));
  CHECK(flow.decay_rates()(1) == 0);
  CHECK_THROWS_WITH(GradientFlow(Matrix{{1, 2}, {2, 1}}),
                    Contains("positive semi-definite") && Contains("from -"));
  CHECK_THROWS_AS(GradientFlow(Matrix{{-1}}), nntk::DataError);
}

TEST_CASE("A kernel that is no symmetric matrix of numbers makes no flow") {
  CHECK_THROWS_WITH(GradientFlow(Matrix{{1, 2}, {0, 1}}), Contains("symmetric"));
  CHECK_THROWS_WITH(GradientFlow(Matrix(xt::ones<double>({2, 3}))), Contains("2 by 3"));
  CHECK_THROWS_WITH(GradientFlow(Matrix(xt::zeros<double>({0, 0}))), Contains("0 by 0"));
  CHECK_THROWS_WITH(GradientFlow(Matrix{{1, 0}, {0, not_a_number}}), Contains("nan at [1, 1]"));
}

TEST_CASE("Outputs and kernels that do not fit the flow are refused with what was found") {
  const GradientFlow flow(Matrix{{1, 0}, {0, 1}});
  const Matrix two = {{1}, {2}}, three = {{1}, {2}, {3}}, bad = {{1}, {not_a_number}};
  CHECK_THROWS_WITH(flow.evolve(three, two, 1), Contains("initial outputs of 2 by 1, found 3 by 1"));
  CHECK_THROWS_WITH(flow.evolve(two, three, 1), Contains("targets of 2 by 1, found 3 by 1"));
  CHECK_THROWS_WITH(flow.evolve({{1, 2}, {3, 4}}, two, 1), Contains("found 2 by 2"));
  CHECK_THROWS_WITH(flow.loss(bad, two, 1), Contains("initial outputs, found nan at [1, 0]"));
  CHECK_THROWS_WITH(flow.evolve(two, bad, 1), Contains("targets, found nan at [1, 0]"));
  CHECK_THROWS_WITH(flow.predict({{1, 2, 3}}, {{0}}, two, two, 1), Contains("of 1 by 2, found 1 by 3"));
  CHECK_THROWS_WITH(flow.predict({{1, 2}}, two, two, two, 1),
                    Contains("at new inputs of 1 by 1, found 2 by 1"));
  CHECK_THROWS_WITH(flow.smoother({{1, inf}}, 1), Contains("inf at [0, 1]"));
}

TEST_CASE("Outputs that overflow are refused, and no new inputs give no outputs") {
  const GradientFlow flow(Matrix{{0}});
  CHECK_THROWS_WITH(flow.predict({{1e300}}, {{0}}, {{0}}, {{1}}, 1e300), Contains("inf at [0, 0]"));
  CHECK_THROWS_WITH(flow.predict({{1}}, {{0}}, {{0}}, {{1e10}}, 1e300), Contains("inf at [0, 0]"));
  const Matrix none = flow.predict(xt::zeros<double>({0, 1}), xt::zeros<double>({0, 1}), {{0}}, {{1}}, 1);
  CHECK(none.shape() == std::array<std::size_t, 2>{0, 1});
}
