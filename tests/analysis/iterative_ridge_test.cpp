// SPDX-License-Identifier: BSD-3-Clause
//
// Conjugate gradients against the Cholesky factorisation of the same system. A residual of t‖Y‖ moves the
// values at the examples, K α, by t‖Y‖ at most, since ‖K (K + λI)⁻¹‖ < 1.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nntk/analysis/iterative_ridge.hpp>
#include <nntk/error.hpp>

namespace {

using namespace nntk;
using Catch::Contains;

constexpr std::size_t n = 150;

/// exp(−(i − j)²/200), of eigenvalues that fall by many orders of magnitude.
Matrix smooth_kernel() {
  Matrix kernel = xt::empty<double>({n, n});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double distance = static_cast<double>(i) - static_cast<double>(j);
      kernel(i, j) = std::exp(-distance * distance / 200);
    }
  return kernel;
}

const Matrix kernel = smooth_kernel();

KernelOperator products_with(const Matrix& matrix) {
  const std::size_t m = matrix.shape(1);
  return {{{0, matrix.shape(0)}, {0, m}}, true, 1, [&matrix, m](const Part& part, double* values) {
            for (std::size_t i = 0; i < part.rows.count; ++i)
              std::copy_n(&matrix.data()[(part.rows.first + i) * m + part.columns.first], part.columns.count,
                          values + i * part.columns.count);
          }};
}

Matrix steps_and_waves() {
  Matrix targets = xt::empty<double>({n, std::size_t{2}});
  for (std::size_t i = 0; i < n; ++i) {
    targets(i, 0) = i < n / 2 ? 3 : -1;
    targets(i, 1) = std::sin(static_cast<double>(i) / 7);
  }
  return targets;
}

Landmarks landmarks_of(const Matrix& matrix, std::vector<std::size_t> indices) {
  Matrix columns = xt::empty<double>({matrix.shape(0), indices.size()});
  for (std::size_t i = 0; i < columns.shape(0); ++i)
    for (std::size_t k = 0; k < indices.size(); ++k) columns(i, k) = matrix(i, indices[k]);
  return {std::move(indices), std::move(columns)};
}

double norm(const Matrix& matrix) { return std::sqrt(xt::sum(matrix * matrix)()); }

IterativeFit fit(std::size_t landmarks, double ridge, const ConjugateGradients& until = {}) {
  KernelOperator products = products_with(kernel);
  return fit_iteratively(products, landmarks_of(kernel, choose_landmarks(n, landmarks)), steps_and_waves(),
                         ridge, Offset::mean, until);
}

}  // namespace

TEST_CASE("Conjugate gradients find the values that a factorisation finds") {
  const double tolerance = 1e-9;
  for (const double ridge : {1e-1, 1e-4}) {
    const Matrix expected = RidgeRegression::fit(kernel, steps_and_waves(), ridge).predict(kernel);
    for (const std::size_t landmarks : {1U, 20U, 150U}) {
      const IterativeFit found = fit(landmarks, ridge, {.tolerance = tolerance, .most_steps = 1000});
      CHECK(found.residual <= tolerance);
      KernelOperator cross = products_with(kernel);
      CHECK(norm(found.regression.predict(cross) - expected) <= 2 * tolerance * norm(steps_and_waves()));
    }
  }
}

TEST_CASE("Landmarks spare steps") { CHECK(4 * fit(40, 1e-4).steps < fit(1, 1e-4).steps); }

TEST_CASE("Landmarks that are equal, or more than the rank of the kernel, do no harm") {
  KernelOperator products = products_with(kernel);
  const IterativeFit found =
      fit_iteratively(products, landmarks_of(kernel, {3, 3, 70, 71}), steps_and_waves(), 0.1);
  CHECK(found.residual <= 1e-6);
  const Matrix ones = xt::ones<double>({n, n});
  KernelOperator of_rank_one = products_with(ones);
  CHECK(fit_iteratively(of_rank_one, landmarks_of(ones, {0, 1, 2}), steps_and_waves(), 0.1).steps <= 3);
}

TEST_CASE("Chosen landmarks are different, ascending, below n and as many as asked") {
  const auto chosen = choose_landmarks(1000, 50, 3);
  CHECK(chosen.size() == 50);
  CHECK(std::ranges::is_sorted(chosen));
  CHECK(std::ranges::adjacent_find(chosen) == chosen.end());
  CHECK(chosen.back() < 1000);
  CHECK(chosen == choose_landmarks(1000, 50, 3));
  CHECK(chosen != choose_landmarks(1000, 50, 4));
  CHECK(choose_landmarks(3, 50) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("A system that conjugate gradients cannot solve is refused in words") {
  CHECK_THROWS_WITH(fit(1, 1e-12, {.tolerance = 1e-12, .most_steps = 5}),
                    Contains("after 5 steps, expected 1.0e-12: give them a larger ridge or more landmarks"));
  CHECK_THROWS_AS(fit(5, 0), UsageError);
  CHECK_THROWS_AS(fit(5, -1), UsageError);
  CHECK_THROWS_AS(fit(0, 0.1), DataError);
  KernelOperator products = products_with(kernel);
  CHECK_THROWS_AS(fit_iteratively(products, landmarks_of(kernel, {0, 1}), Matrix({{1.0}, {2.0}}), 0.1),
                  DataError);
  const Matrix negative = -kernel;
  CHECK_THROWS_WITH(fit_iteratively(products, landmarks_of(negative, {0, 9}), steps_and_waves(), 0.1),
                    Contains("positive semi-definite"));
}
