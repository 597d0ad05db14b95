// SPDX-License-Identifier: BSD-3-Clause
//
// Oracles are a closed form of one example, laws, and steps too small to need control. A step may err by 1e-8
// in γ, and its estimate is the error of the lower order, which the step does better than: logits are
// compared to 1e-6, a hundred steps' worth, and the steps taken here are fewer or decay as they are
// forgotten.
#include <cmath>
#include <nntk/analysis/cross_entropy.hpp>
#include <nntk/analysis/cross_entropy_flow.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

#include "../support/flow.hpp"

namespace {

using namespace nntk::test;
using Catch::Contains;
using nntk::integrate_cross_entropy;
using nntk::Logits;
using nntk::Matrix;
using nntk::Vector;

void check_close(const Matrix& found, const Matrix& expected, double tolerance = 1e-6) {
  CHECK(largest_difference(found, expected) <= tolerance);
}

const Matrix none = xt::zeros<double>({0, 2});
const Matrix codes = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 1}};
const Matrix soft = nntk::softmax(normal_matrix(5, 3, 31));
const Logits initial{normal_matrix(5, 3, 32), normal_matrix(2, 3, 33)};
const auto kernel = random_kernel(5, 2, 20, 34);

std::vector<Logits> integrate(const Matrix& probabilities, const Vector& times,
                              const Logits& start = initial) {
  return integrate_cross_entropy(kernel.examples, kernel.cross, start, probabilities, times);
}

}  // namespace

TEST_CASE("The margin d of one example of two classes solves d + e^d = 1 + 2Θt, soon and late") {
  // d' = 2Θ(1 − p) with p = 1/(1 + e^{−d}), from d = 0
  const double scale = GENERATE(1e-200, 3., 1e200);
  const Vector times = Vector{0.01, 1, 100, 1e6, 1e12} / scale;
  const auto path =
      integrate_cross_entropy({{scale}}, xt::zeros<double>({0, 1}), {{{0, 0}}, none}, {{1, 0}}, times);
  REQUIRE(path.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    const Matrix& f = path[i].examples;
    const double d = f(0, 0) - f(0, 1), expected = 1 + 2 * scale * times(i);
    CHECK(std::abs(d + std::exp(d) - expected) <= 1e-6 * (1 + std::exp(d)));
  }
}

TEST_CASE("The flow is that of steps too small to need control") {
  const Matrix& y = GENERATE(0, 1) != 0 ? codes : soft;
  const Matrix start = xt::concatenate(xt::xtuple(initial.examples, initial.inputs), 0);
  const Matrix both = xt::concatenate(xt::xtuple(kernel.examples, kernel.cross), 0);
  const Matrix expected = runge_kutta(start, 30, 3000, [&](const Matrix& f) -> Matrix {
    return nntk::multiply(both, y - nntk::softmax(rows(f, 0, 5))) / 5;
  });
  const Logits found = integrate(y, {30}).front();
  check_close(found.examples, rows(expected, 0, 5));
  check_close(found.inputs, rows(expected, 5, 7));
}

TEST_CASE("Explicit Euler comes to the flow as its steps shrink, as fast as they do") {
  const Logits found = integrate(codes, {4}).front();
  const auto euler_error = [&](std::size_t steps) {
    Matrix f = initial.examples;
    for (std::size_t step = 0; step < steps; ++step)
      f += nntk::multiply(kernel.examples, codes - nntk::softmax(f)) * (4 / (5 * static_cast<double>(steps)));
    return largest_difference(f, found.examples);
  };
  const double coarse = euler_error(1000), fine = euler_error(2000);
  CHECK(coarse < 1e-2);
  CHECK(std::abs(coarse / fine - 2) < 0.02);
}

TEST_CASE("The cross-entropy falls, and with certain codes to nothing") {
  double before = nntk::measure_cross_entropy(initial.examples, codes);
  for (const Logits& logits : integrate(codes, {0.1, 1, 10, 100, 1e3, 1e4, 1e5})) {
    const double loss = nntk::measure_cross_entropy(logits.examples, codes);
    CHECK(loss < before);
    before = loss;
  }
  CHECK(before < 1e-3);
}

TEST_CASE("Soft targets are met in the end") {
  // The slowest mode decays at λ_min·min p/n or faster.
  const Matrix p = nntk::softmax(integrate(soft, {1e5}).front().examples);
  check_close(p, soft);
}

TEST_CASE("Identical examples of different classes end undecided") {
  const Matrix ones = xt::ones<double>({2, 2});
  const auto path =
      integrate_cross_entropy(ones, {{1, 1}}, {{{3, 0}, {3, 0}}, {{3, 0}}}, {{1, 0}, {0, 1}}, {100});
  check_close(path[0].examples, {{1.5, 1.5}, {1.5, 1.5}});
  check_close(path[0].inputs, {{1.5, 1.5}});
}

TEST_CASE("Every time is reached alone as on the way to a later one") {
  const auto path = integrate(codes, {0, 0.5, 40, 41});
  REQUIRE(path.size() == 4);
  CHECK((path[0].examples == initial.examples && path[0].inputs == initial.inputs));
  check_close(integrate(codes, {40}).front().inputs, path[2].inputs);
  const Logits later = integrate(codes, {40.5}, path[1]).front();
  check_close(later.examples, path[3].examples);
  check_close(later.inputs, path[3].inputs);
  CHECK(integrate(codes, xt::zeros<double>({0})).empty());
}

TEST_CASE("What the logits of an example add up to does not move") {
  const Matrix before = xt::sum(initial.examples, {1}, xt::keep_dims);
  const Matrix after = xt::sum(integrate(codes, {200}).front().examples, {1}, xt::keep_dims);
  check_close(after, before, 1e-12);  // some 100 steps, whose sums round to 1e-15
}

TEST_CASE("A new input that is an example moves as that one does, and changes no example") {
  const Logits start{initial.examples, rows(initial.examples, 1, 3)};
  const auto found = integrate_cross_entropy(kernel.examples, rows(kernel.examples, 1, 3), start, codes, {9});
  check_close(found[0].inputs, rows(found[0].examples, 1, 3), 1e-13);
  CHECK((found[0].examples == integrate(codes, {9}).front().examples));
}

TEST_CASE("A kernel of zero moves nothing, however long") {
  const Matrix zero = xt::zeros<double>({1, 1});
  const auto path = integrate_cross_entropy(zero, zero, {{{1, 2}}, {{3, 4}}}, {{1, 0}}, {1, 1e4});
  CHECK((path[1].examples == Matrix{{1, 2}} && path[1].inputs == Matrix{{3, 4}}));
}

TEST_CASE("Times that are negative, out of order or not finite are a mistake of the caller") {
  const Vector times = GENERATE(as<Vector>{}, Vector{-1}, Vector{1, 1}, Vector{2, 1}, Vector{0, 0},
                                Vector{inf}, Vector{1, not_a_number});
  CHECK_THROWS_AS(integrate(codes, times), nntk::UsageError);
  CHECK_THROWS_WITH(integrate(codes, {1, 3, 2}), Contains("increase") && Contains("found 2 at [2]"));
}

TEST_CASE("A time too far to reach is refused in words") {
  // At even odds softmax' stays 1/4 · 2, so steps stay near 6.6.
  const auto reach = [](double scale, double time) {
    return integrate_cross_entropy({{scale}}, xt::zeros<double>({0, 1}), {{{1, 0}}, none}, {{0.5, 0.5}},
                                   {1, time});
  };
  CHECK_THROWS_WITH(reach(1, 1e12), Contains("100000 steps reach, found 1000000000000"));
  CHECK_THROWS_WITH(reach(1e200, 1e200), Contains("found 1e+200"));
}

TEST_CASE("Kernels, logits and probabilities that do not fit are refused with what was found") {
  const Matrix unit = {{1, 0}, {0, 1}}, y = {{1, 0}, {0, 1}}, f = {{0, 0}, {0, 0}},
               cross = xt::zeros<double>({0, 2});
  const auto refuse = [&](const Matrix& gram, const Matrix& other, const Logits& start, const Matrix& p,
                          const std::string& words) {
    CHECK_THROWS_WITH(integrate_cross_entropy(gram, other, start, p, {1}), Contains(words));
  };
  refuse({{1, 1}, {0, 1}}, cross, {f, none}, y, "symmetric");
  refuse({{1, 0}}, cross, {f, none}, y, "1 by 2");
  refuse({{1, 0}, {0, inf}}, cross, {f, none}, y, "inf at [1, 1]");
  refuse(unit, {{1}}, {f, none}, y, "of 1 by 2, found 1 by 1");
  refuse(unit, cross, {{{0, 0}}, none}, y, "initial logits of 2 by 2, found 1 by 2");
  refuse(unit, {{1, 0}}, {f, none}, y, "at new inputs of 1 by 2, found 0 by 2");
  refuse(unit, cross, {{{0, not_a_number}, {0, 0}}, none}, y, "nan at [0, 1]");
  refuse(unit, cross, {f, none}, {{1, 0}}, "class probabilities of 2 by 2, found 1 by 2");
  refuse(unit, cross, {f, none}, {{0.5, -0.5}, {0, 1}}, "-0.5 at [0, 1]");
  refuse(unit, cross, {f, none}, {{1, 0}, {0, 2}}, "sum to 1 in every row, found 2 in row 1");
}
