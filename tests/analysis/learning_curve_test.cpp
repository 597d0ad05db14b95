// SPDX-License-Identifier: BSD-3-Clause
//
// Closed forms of flat spectra, identities between what the curve says, and regressions that were fitted.
//
// Closed forms round a few hundred times, and the effective ridge is within 2⁻⁵⁰·|log κ|, 1e-14 here: 1e-12.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nntk/analysis/learning_curve.hpp>
#include <nntk/analysis/ridge.hpp>
#include <nntk/error.hpp>
#include <numeric>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "../support/flow.hpp"
#include "../support/tolerance.hpp"

namespace {

using namespace nntk::test;
using Catch::Contains;
using nntk::Eigensystem;
using nntk::LearningCurve;
using nntk::Matrix;
using nntk::Vector;

auto close_to(double value) { return Catch::Matchers::WithinRel(value, 1e-12); }

// A pool whose kernel is diagonal, with these ascending eigenvalues.
Eigensystem diagonal_modes(const Vector& ascending) { return {ascending, xt::eye<double>(ascending.size())}; }

// d eigenvalues of 3 and N − d of 0.
Eigensystem flat(std::size_t n, std::size_t d) {
  Vector values = xt::zeros<double>({n});
  xt::view(values, xt::range(n - d, n)) = 3;
  return diagonal_modes(values);
}

// 1 along the last d of n.
Matrix flat_targets(std::size_t n, std::size_t d) {
  Matrix y = xt::zeros<double>({n, std::size_t{1}});
  xt::view(y, xt::range(n - d, n), 0) = 1;
  return y;
}

// η_i ~ i^-1.5, and targets of all modes.
const Eigensystem power_law = diagonal_modes(xt::pow(xt::arange<double>(40, 0, -1), -1.5));
const Matrix targets = normal_matrix(40, 2, 5);

}  // namespace

TEST_CASE("Of a flat spectrum and no ridge every example learns one of the d directions") {
  const LearningCurve curve(flat(50, 20), flat_targets(50, 20), 0);
  CHECK_THAT(curve.energy(), close_to(20. / 50));
  for (const std::size_t p : {1u, 5u, 10u, 19u}) {
    const double left = 1 - static_cast<double>(p) / 20;
    CHECK_THAT(curve.at(p).error, close_to(0.4 * left));
    CHECK_THAT(curve.at(p).variance_share, close_to(1 - left));
    CHECK_THAT(curve.at(p).effective_ridge, close_to(3. / 50 * (20. - static_cast<double>(p))));
  }
  for (const std::size_t p : {20u, 21u, 50u}) CHECK(curve.at(p).error == 0);
}

TEST_CASE("Energy that no eigenvalue sees peaks where as many examples as directions fit it") {
  // 1/(1 − d/p) past the peak, 1/(1 − p/d) before it: least squares of noise.
  const LearningCurve curve(flat(100, 20), flat_targets(100, 100) - flat_targets(100, 20), 0);
  CHECK_THAT(curve.at(10).error, close_to(0.8 / (1 - 0.5)));
  CHECK(curve.at(20).error == inf);
  CHECK_THAT(curve.at(40).error, close_to(0.8 / (1 - 0.5)));
  CHECK_THAT(curve.at(80).error, close_to(0.8 / (1 - 0.25)));
}

TEST_CASE("Of a flat spectrum and a ridge the effective ridge solves its quadratic equation") {
  // κ² + (pη − λ − dη)κ − λpη = 0, of which one root is positive; η = 3/50, λ = 0.1·tr K/N = 0.1·dη
  const std::size_t p = GENERATE(1u, 15u, 20u, 45u);
  const double eta = 3. / 50, lambda = 2 * eta, half = (static_cast<double>(p) * eta - lambda - 20 * eta) / 2;
  const double kappa = -half + std::sqrt(half * half + lambda * static_cast<double>(p) * eta);
  const auto point = LearningCurve(flat(50, 20), flat_targets(50, 20), 0.1).at(p);
  CHECK_THAT(point.effective_ridge, close_to(kappa));
  const double left = kappa / (kappa + static_cast<double>(p) * eta), n = static_cast<double>(p);
  CHECK_THAT(point.variance_share, close_to(20 * (1 - left) * (1 - left) / n));
  CHECK_THAT(point.error, close_to(0.4 * left * left / (1 - point.variance_share)));
}

TEST_CASE("The effective ridge satisfies its equation, from no ridge to a large one") {
  const double ridge = GENERATE(0., 1e-12, 1e-3, 1., 1e6);
  const std::size_t p = GENERATE(1u, 7u, 39u, 40u);
  const double kappa = LearningCurve(power_law, targets, ridge).at(p).effective_ridge;
  const Vector eta = power_law.values / 40;
  const double found =
      ridge * xt::sum(eta)() + xt::sum(kappa * eta / (kappa + static_cast<double>(p) * eta))();
  if (ridge == 0 && p == 40)
    CHECK(kappa == 0);
  else
    CHECK_THAT(found, close_to(kappa));
}

TEST_CASE("More examples of targets that the kernel favours never do harm") {
  // Energy η_i², less than noise in every trailing mode.
  const LearningCurve curve(power_law, xt::reshape_view(power_law.values, {40, 1}), GENERATE(0., 1e-2, 1.));
  double before = curve.energy();
  for (std::size_t p = 1; p < 40; ++p) {
    const double now = curve.at(p).error;
    CHECK(now < before);
    before = now;
  }
}

TEST_CASE("A ridge beyond all measure learns nothing") {
  const LearningCurve curve(power_law, targets, 1e15);
  CHECK_THAT(curve.at(40).error, close_to(curve.energy()));
}

TEST_CASE("Scaling the kernel changes no error, scaling the targets scales it") {
  const auto plain = LearningCurve(power_law, targets, 0.01).at(10);
  const auto scaled = LearningCurve({power_law.values * 1e6, power_law.vectors}, targets * 3, 0.01).at(10);
  CHECK_THAT(scaled.error, close_to(9 * plain.error));
  CHECK_THAT(scaled.effective_ridge, close_to(1e6 * plain.effective_ridge));
}

TEST_CASE("Errors of outputs add up") {
  const auto error = [](const Matrix& y) { return LearningCurve(power_law, y, 0.01).at(10).error; };
  CHECK_THAT(error(targets), close_to(error(xt::view(targets, xt::all(), xt::range(0, 1))) +
                                      error(xt::view(targets, xt::all(), xt::range(1, 2)))));
}

TEST_CASE("A kernel that is zero learns nothing, with or without a ridge") {
  const double ridge = GENERATE(0., 1.);
  CHECK_THAT(LearningCurve(diagonal_modes({0, 0, 0}), {{1}, {2}, {3}}, ridge).at(2).error, close_to(14. / 3));
}

TEST_CASE("A curve that cannot be is refused in words") {
  const LearningCurve curve(power_law, targets, 0.1);
  for (const std::size_t p : {0u, 41u})
    CHECK_THROWS_WITH(curve.at(p), Contains("from 1 to 40 examples") && Contains(fmt::format("found {}", p)));
  CHECK_THROWS_AS(LearningCurve(power_law, targets, -1), nntk::UsageError);
  CHECK_THROWS_WITH(LearningCurve(power_law, rows(targets, 0, 3), 0), Contains("40 by 2, found 3 by 2"));
  CHECK_THROWS_WITH(LearningCurve(power_law, xt::zeros<double>({40, 1}), 0), Contains("not all 0"));
  CHECK_THROWS_WITH(LearningCurve(diagonal_modes({-1, 2}), {{1}, {2}}, 0), Contains("from -1 to 2"));
}

namespace {

// Regressions that were fitted: inputs are 60 independent Gaussian features, eigenvalues are i^-1.5, targets
// 1/i along them with noise of 0.1.
constexpr std::size_t features = 60, pool_size = 500;
constexpr double noise = 0.1;
const Vector order = xt::arange<double>(1, features + 1);
const Vector deviations = xt::pow(order, -0.75);  // √η
const Matrix weights = xt::reshape_view(1 / order, {features, std::size_t{1}});

struct Sample {
  Matrix features;  // √η φ
  Matrix targets;
};

Sample draw_sample(std::size_t count, std::uint64_t seed) {
  const Matrix numbers = normal_matrix(count, features + 1, seed);
  const Matrix phi = xt::view(numbers, xt::all(), xt::range(std::size_t{0}, features));
  const Matrix drawn = noise * xt::view(numbers, xt::all(), xt::range(features, features + 1));
  return {phi * deviations, nntk::multiply(phi, weights) + drawn};
}

// Predictions for inputs of these features.
Matrix predict(const Sample& examples, const Matrix& inputs, double ridge) {
  const Matrix gram = nntk::multiply_transposed(examples.features, examples.features);
  const Matrix cross = nntk::multiply_transposed(inputs, examples.features);
  return nntk::RidgeRegression::fit(gram, examples.targets, ridge, nntk::Offset::none).predict(cross);
}

// On all inputs that there are: the feature of 1 alone predicts its own weight.
double error_of_fresh(std::size_t p, double ridge, std::uint64_t seed) {
  const Matrix axes = xt::eye<double>(features) * deviations;
  return xt::sum(xt::square(predict(draw_sample(p, seed), axes, ridge) - weights))() + noise * noise;
}

// On the rest of a pool.
double error_of_subset(const Sample& pool, std::vector<std::size_t> chosen, double ridge, std::size_t p) {
  const auto middle = chosen.begin() + static_cast<std::ptrdiff_t>(p);
  const auto take = [&](auto first, auto last) -> Sample {
    const auto kept = xt::keep(std::vector<std::size_t>(first, last));
    return {xt::view(pool.features, kept, xt::all()), xt::view(pool.targets, kept, xt::all())};
  };
  const Sample rest = take(middle, chosen.end());
  const Matrix errors = predict(take(chosen.begin(), middle), rest.features, ridge) - rest.targets;
  return xt::mean(xt::square(errors))();
}

// The mean of 200 draws of a number, and its standard error.
struct Measurement {
  double mean, standard_error;
};

template <class Draw>
Measurement measure(Draw draw) {
  Vector drawn = xt::zeros<double>({200});
  for (double& value : drawn) value = draw();
  const double mean = xt::mean(drawn)();
  return {mean, std::sqrt(xt::mean(xt::square(drawn - mean))() / 199)};
}

void check_measured(double predicted, const Measurement& found, double systematic) {
  CHECK(std::abs(found.mean - predicted) <= standard_errors * found.standard_error + systematic * predicted);
}

// What the law of the inputs itself says of η and E: the noise is in a mode of eigenvalue 0.
LearningCurve exact_curve(double ridge) {
  Vector values = xt::zeros<double>({pool_size});
  Matrix y = xt::zeros<double>({pool_size, std::size_t{1}});
  y(0, 0) = noise;
  for (std::size_t i = 0; i < features; ++i) {
    values(pool_size - 1 - i) = pool_size * deviations(i) * deviations(i);
    y(pool_size - 1 - i, 0) = weights(i, 0);
  }
  return {diagonal_modes(values), y * std::sqrt(pool_size), ridge};
}

}  // namespace

// The limit of many examples leaves out terms of 1/p: least squares of noise errs by d/(p − d − 1), where it
// says d/(p − d).
TEST_CASE("The mean error of regressions is the curve of the law that their inputs are drawn from") {
  const double ridge = GENERATE(1e-3, 1e-1, 1.);
  const std::size_t p = GENERATE(10u, 40u, 160u);
  std::uint64_t seed = 1000 * p;
  const auto found = measure([&] { return error_of_fresh(p, ridge, ++seed); });
  check_measured(exact_curve(ridge).at(p).error, found, 1 / static_cast<double>(p));
}

// And N inputs make d modes of their own out of the noise, d/N of which they take for something to be learnt.
TEST_CASE("The mean error of regressions on subsets of a pool is the curve of the pool") {
  const double ridge = GENERATE(1e-3, 1e-1, 1.);
  const std::size_t p = GENERATE(10u, 40u, 160u);
  const Sample pool = draw_sample(pool_size, 31);
  const auto modes = nntk::eigensystem(nntk::multiply_transposed(pool.features, pool.features));
  std::mt19937_64 engine(p);
  std::vector<std::size_t> chosen(pool_size);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  const auto found = measure([&] {
    std::shuffle(chosen.begin(), chosen.end(), engine);
    return error_of_subset(pool, chosen, ridge, p);
  });
  const double modes_of_noise = static_cast<double>(features) / pool_size;
  check_measured(LearningCurve(modes, pool.targets, ridge).at(p).error, found,
                 modes_of_noise + 1 / static_cast<double>(p));
}
