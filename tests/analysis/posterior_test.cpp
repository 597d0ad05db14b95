// SPDX-License-Identifier: BSD-3-Clause
//
// Closed forms of one example, Gaussian process regression against the flow's limit, and an ensemble that is
// drawn. Kernels have condition numbers of at most 100 and n ≤ 8, so solutions of order 1 agree to
// 4·8·ε·100 < 1e-12 (Higham 2002, theorem 10.4); the ill-conditioned kernel has its own bound.
#include <array>
#include <cmath>
#include <nntk/analysis/posterior.hpp>
#include <nntk/analysis/ridge.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

#include "../support/flow.hpp"
#include "../support/tolerance.hpp"

namespace {

using namespace nntk::test;
using Catch::Contains;
using nntk::GaussianPrediction;
using nntk::GradientFlow;
using nntk::Matrix;
using nntk::PriorCovariance;

void check_close(const Matrix& found, const Matrix& expected, double tolerance = 1e-12) {
  CHECK(largest_difference(found, expected) <= tolerance);
}

void check_covariance(const Matrix& covariance) {
  CHECK((covariance == Matrix(xt::transpose(covariance))));
  CHECK(xt::amin(xt::diagonal(covariance))() >= 0);
}

const Matrix targets = normal_matrix(6, 2, 21);

// e^{−|x−x'|²/2} at points of the line: of many points close together, singular to working precision.
PriorCovariance smooth_kernel(std::size_t n, std::size_t m) {
  const auto kernel = [](std::size_t rows, double row_step, std::size_t columns, double column_step) {
    Matrix k = xt::empty<double>({rows, columns});
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) {
        const double apart = static_cast<double>(i) * row_step - static_cast<double>(j) * column_step;
        k(i, j) = std::exp(-apart * apart / 2);
      }
    return k;
  };
  return {kernel(n, 0.1, n, 0.1), kernel(m, 0.05, n, 0.1), kernel(m, 0.05, m, 0.05)};
}

}  // namespace

TEST_CASE("Before training the ensemble is the prior") {
  const auto nngp = random_kernel(6, 3, 24, 1), ntk = random_kernel(6, 3, 24, 2);
  const auto found = nntk::predict_ensemble(GradientFlow(ntk.examples), ntk.cross, nngp, targets, 0);
  CHECK((found.mean == Matrix(xt::zeros<double>({3, 2}))));
  CHECK((found.covariance == nngp.inputs));
}

TEST_CASE("The ensemble of one example and one new input is as the closed form says") {
  const double time = GENERATE(0.2, 3., inf);
  const PriorCovariance nngp{{{2}}, {{0.5}}, {{1.5}}};
  const double s = 0.8 / 4 * (1 - std::exp(-4 * time));
  const auto found = nntk::predict_ensemble(GradientFlow(Matrix{{4}}), {{0.8}}, nngp, {{3}}, time);
  check_close(found.mean, {{3 * s}});
  check_close(found.covariance, {{1.5 - 2 * s * 0.5 + s * s * 2}});
}

TEST_CASE("The posterior of one example is as the closed form says") {
  // σ² = 0.5·2
  const auto found = nntk::predict_posterior({{{2}}, {{0.5}}, {{1.5}}}, {{3}}, 0.5);
  check_close(found.mean, {{0.5 * 3 / 3}});
  check_close(found.covariance, {{1.5 - 0.25 / 3}});
}

TEST_CASE("An ensemble whose NTK is the NNGP kernel ends as the Bayesian posterior") {
  const auto kernel = random_kernel(6, 4, 24, 3);
  const auto posterior = nntk::predict_posterior(kernel, targets, 0);
  const auto ensemble =
      nntk::predict_ensemble(GradientFlow(kernel.examples), kernel.cross, kernel, targets, inf);
  check_close(ensemble.mean, posterior.mean);
  check_close(ensemble.covariance, posterior.covariance);
}

TEST_CASE("The mean of the posterior is ridge regression without an offset") {
  const auto kernel = random_kernel(6, 4, 24, 4);
  const double ridge = GENERATE(0., 1e-3, 2.);
  const auto regression = nntk::RidgeRegression::fit(kernel.examples, targets, ridge, nntk::Offset::none);
  check_close(nntk::predict_posterior(kernel, targets, ridge).mean, regression.predict(kernel.cross));
}

TEST_CASE("Networks drawn from the prior and trained have the mean and the covariance of the ensemble") {
  // f_0 = φ w with w ~ N(0, I) has the covariance φφᵀ. Every draw is one output, with the same targets. The
  // mean of R draws has the variance Σ_ii/R, and their covariance (Σ_ii Σ_jj + Σ_ij²)/R (Isserlis 1918).
  constexpr std::size_t n = 5, m = 3, features = 7, draws = 20'000;
  const Matrix phi = normal_matrix(n + m, features, 5) / std::sqrt(7.);
  const auto nngp = kernel_of(phi, n), ntk = random_kernel(n, m, 20, 6);
  const Matrix initial = nntk::multiply(phi, normal_matrix(features, draws, 7));
  const Matrix y = normal_matrix(n, 1, 8),
               same = nntk::multiply(y, xt::ones<double>({std::size_t{1}, draws}));
  const GradientFlow flow(ntk.examples);
  const double time = GENERATE(1., 8., inf), count = draws;

  const auto expected = nntk::predict_ensemble(flow, ntk.cross, nngp, y, time);
  Matrix outputs = flow.predict(ntk.cross, rows(initial, n, n + m), rows(initial, 0, n), same, time);
  outputs -= expected.mean;
  const Matrix covariance = nntk::multiply_transposed(outputs, outputs) / count;
  for (std::size_t i = 0; i < m; ++i) {
    const Matrix& sigma = expected.covariance;
    CHECK(std::abs(xt::mean(xt::view(outputs, i))()) <= standard_errors * std::sqrt(sigma(i, i) / count));
    for (std::size_t j = 0; j < m; ++j)
      CHECK(std::abs(covariance(i, j) - sigma(i, j)) <=
            standard_errors * std::sqrt((sigma(i, i) * sigma(j, j) + sigma(i, j) * sigma(i, j)) / count));
  }
}

TEST_CASE("At the examples themselves the targets are certain in the end") {
  const Matrix k = random_kernel(6, 0, 24, 9).examples, ntk = random_kernel(6, 0, 24, 10).examples;
  for (const GaussianPrediction& found :
       {nntk::predict_ensemble(GradientFlow(ntk), ntk, {k, k, k}, targets, inf),
        nntk::predict_posterior({k, k, k}, targets, 0)}) {
    check_close(found.mean, targets);
    check_close(found.covariance, xt::zeros<double>({6, 6}));
    check_covariance(found.covariance);
  }
}

TEST_CASE("Noise makes the posterior less certain, and little of it hardly") {
  const auto kernel = random_kernel(6, 3, 24, 11);
  double before = -1;
  for (const double ridge : {0., 1e-3, 0.1, 10., 1e9}) {
    const double variance = nntk::predict_posterior(kernel, targets, ridge).covariance(0, 0);
    CHECK(variance > before);
    CHECK(variance <= kernel.inputs(0, 0));
    before = variance;
  }
  CHECK(std::abs(before - kernel.inputs(0, 0)) <= 1e-8);
}

TEST_CASE("No variance is negative, of kernels that are singular to working precision too") {
  const auto kernel = smooth_kernel(30, 59);
  const Matrix y = normal_matrix(30, 1, 12);
  const GradientFlow flow(kernel.examples);
  for (const double time : {1., 1e4, 1e8, 1e12, inf})
    check_covariance(nntk::predict_ensemble(flow, kernel.cross, kernel, y, time).covariance);
  for (const double ridge : {1e-12, 1e-9, 1e-3})
    check_covariance(nntk::predict_posterior(kernel, y, ridge).covariance);
}

TEST_CASE("A kernel that is singular leaves what no example tells") {
  // Two identical examples, and a new input of which they tell half.
  const Matrix ones = xt::ones<double>({2, 2});
  const PriorCovariance kernel{ones, {{0.5, 0.5}}, {{1}}};
  const auto found = nntk::predict_ensemble(GradientFlow(ones), kernel.cross, kernel, {{1}, {3}}, inf);
  check_close(found.mean, {{1}});
  check_close(found.covariance, {{0.75}});
  CHECK_THROWS_WITH(nntk::predict_posterior(kernel, {{1}, {3}}, 0), Contains("larger ridge"));
}

TEST_CASE("No new inputs have an empty law") {
  const auto kernel = random_kernel(6, 0, 24, 13);
  const GradientFlow flow(kernel.examples);
  for (const GaussianPrediction& found : {nntk::predict_posterior(kernel, targets, 0),
                                          nntk::predict_ensemble(flow, kernel.cross, kernel, targets, 1)}) {
    CHECK(found.mean.shape() == std::array<std::size_t, 2>{0, 2});
    CHECK(found.covariance.shape() == std::array<std::size_t, 2>{0, 0});
  }
}

TEST_CASE("Blocks that are not of one kernel are refused where they leave a negative variance") {
  const PriorCovariance torn{{{1}}, {{1}}, {{0.1}}};
  CHECK_THROWS_WITH(nntk::predict_posterior(torn, {{1}}, 0), Contains("new input 0 a variance of -0.9"));
  CHECK_THROWS_AS(nntk::predict_ensemble(GradientFlow(Matrix{{1}}), {{1}}, torn, {{1}}, inf),
                  nntk::DataError);
  CHECK_THROWS_AS(nntk::predict_posterior({{{1}}, {{0}}, {{-1}}}, {{1}}, 0), nntk::DataError);
}

TEST_CASE("Kernels and targets that do not fit are refused with what was found") {
  const GradientFlow flow(Matrix{{1, 0}, {0, 1}});
  const Matrix unit = {{1, 0}, {0, 1}}, cross = {{0, 0}}, y = {{1}, {2}};
  const auto ensemble = [&](const Matrix& ntk_cross, const PriorCovariance& prior, const Matrix& labels) {
    return nntk::predict_ensemble(flow, ntk_cross, prior, labels, 1);
  };
  CHECK_THROWS_WITH(ensemble({{1, 2, 3}}, {unit, cross, {{1}}}, y), Contains("of 1 by 2, found 1 by 3"));
  CHECK_THROWS_WITH(ensemble({{1, 2}, {3, 4}}, {unit, cross, {{1}}}, y), Contains("found 2 by 2"));
  CHECK_THROWS_WITH(ensemble({{1}}, {{{1}}, {{0}}, {{1}}}, {{1}}), Contains("examples of 2 by 2"));
  CHECK_THROWS_WITH(ensemble(cross, {unit, {{0}}, {{1}}}, y), Contains("and examples of 1 by 2"));
  CHECK_THROWS_WITH(ensemble(cross, {unit, cross, unit}, y), Contains("new inputs of 1 by 1"));
  CHECK_THROWS_WITH(ensemble(cross, {unit, cross, {{1}}}, {{1}}), Contains("targets of 2 by 1"));
  CHECK_THROWS_WITH(nntk::predict_posterior({{{1, 1}, {0, 1}}, cross, {{1}}}, y, 1), Contains("symmetric"));
  CHECK_THROWS_WITH(nntk::predict_posterior({unit, unit, {{1, 1}, {0, 1}}}, y, 1), Contains("symmetric"));
  CHECK_THROWS_WITH(nntk::predict_posterior({unit, cross, {{inf}}}, y, 1), Contains("inf at [0, 0]"));
  CHECK_THROWS_WITH(nntk::predict_posterior({unit, {{0, not_a_number}}, {{1}}}, y, 1),
                    Contains("nan at [0, 1]"));
  CHECK_THROWS_AS(nntk::predict_posterior({unit, cross, {{1}}}, y, -1), nntk::UsageError);
  CHECK_THROWS_AS(nntk::predict_ensemble(flow, cross, {unit, cross, {{1}}}, y, -1), nntk::UsageError);
}
