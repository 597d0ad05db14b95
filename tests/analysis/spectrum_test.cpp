// SPDX-License-Identifier: BSD-3-Clause
//
// Spectra known in closed form. An eigenvalue is within n·ε·max|λ| of the exact one (LAPACK Users' Guide,
// section 4.7), so figures made of them are compared to 1e-13, about 4n·ε for the n ≤ 8 here times the few
// operations that follow.
#include <cmath>
#include <limits>
#include <nntk/analysis/ridge.hpp>
#include <nntk/analysis/spectrum.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::analyse_spectrum;
using nntk::Definiteness;
using nntk::Matrix;
using nntk::measure_effective_dimension;
using nntk::Vector;

constexpr double inf = std::numeric_limits<double>::infinity();

auto close_to(double value) {
  return Catch::Matchers::WithinAbs(value, 1e-13 * std::max(1., std::abs(value)));
}

// H diag(values) Hᵀ with the reflection H = I − 2uuᵀ/|u|²: a full matrix of known spectrum.
Matrix with_spectrum(const Vector& values) {
  const std::size_t n = values.size();
  Matrix a = xt::zeros<double>({n, n});
  const auto h = [n](std::size_t i, std::size_t j) { return (i == j) - 2. / static_cast<double>(n); };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t k = 0; k < n; ++k) a(i, j) += h(i, k) * values(k) * h(j, k);
      a(j, i) = a(i, j);
    }
  return a;
}

}  // namespace

TEST_CASE("The identity is isotropic: condition number 1, every rank n") {
  const auto spectrum = analyse_spectrum(xt::eye<double>(6));
  CHECK((spectrum.eigenvalues == Vector{1, 1, 1, 1, 1, 1}));
  CHECK(spectrum.condition_number == 1);
  CHECK(spectrum.rank == 6);
  CHECK_THAT(spectrum.effective_rank, close_to(6));
  CHECK(spectrum.trace == 6);
}

TEST_CASE("Eigenvalues descend, and the figures follow from them") {
  const auto spectrum = analyse_spectrum(with_spectrum({2, 8, 2, 4}));
  const Vector expected = {8, 4, 2, 2};
  for (std::size_t k = 0; k < 4; ++k) CHECK_THAT(spectrum.eigenvalues(k), close_to(expected(k)));
  CHECK_THAT(spectrum.condition_number, close_to(4));
  CHECK(spectrum.rank == 4);
  // shares 1/2, 1/4, 1/8, 1/8: entropy (1/2 + 1/2 + 3/8 + 3/8) log 2
  CHECK_THAT(spectrum.effective_rank, close_to(std::pow(2, 1.75)));
  CHECK_THAT(spectrum.trace, close_to(16));
}

TEST_CASE("A matrix of rank one has effective rank one and no finite condition number") {
  const auto spectrum = analyse_spectrum(with_spectrum({0, 0, 5, 0, 0}));
  CHECK(spectrum.rank == 1);
  CHECK(spectrum.condition_number == inf);
  // four eigenvalues of up to 5·n·ε, each adding about −p log p ≤ 40·p
  CHECK(std::abs(spectrum.effective_rank - 1) <= 4 * 40 * 5 * std::numeric_limits<double>::epsilon());
}

TEST_CASE("An eigenvalue below rounding error counts as zero, one above it does not") {
  const auto below = analyse_spectrum(Matrix{{1, 0}, {0, 1e-17}});
  CHECK(below.rank == 1);
  CHECK(below.condition_number == inf);
  const auto above = analyse_spectrum(Matrix{{1, 0}, {0, 1e-14}});
  CHECK(above.rank == 2);
  CHECK_THAT(above.condition_number, Catch::Matchers::WithinRel(1e14, 1e-13));
}

TEST_CASE("An indefinite matrix keeps its negative eigenvalues in the ranks and has no condition number") {
  const auto spectrum = analyse_spectrum(Matrix{{0, 1}, {1, 0}});
  CHECK_THAT(spectrum.eigenvalues(0), close_to(1));
  CHECK_THAT(spectrum.eigenvalues(1), close_to(-1));
  CHECK(spectrum.condition_number == inf);
  CHECK(spectrum.rank == 2);
  CHECK_THAT(spectrum.effective_rank, close_to(2));
  CHECK(spectrum.trace == 0);
}

TEST_CASE("The zero matrix has no rank") {
  const auto spectrum = analyse_spectrum(xt::zeros<double>({3, 3}));
  CHECK(spectrum.rank == 0);
  CHECK(spectrum.effective_rank == 0);
  CHECK(spectrum.condition_number == inf);
}

TEST_CASE("A matrix of one row is its own spectrum") {
  const auto spectrum = analyse_spectrum(Matrix{{3}});
  CHECK((spectrum.eigenvalues == Vector{3}));
  CHECK(spectrum.condition_number == 1);
  CHECK(spectrum.rank == 1);
  CHECK(spectrum.effective_rank == 1);
}

TEST_CASE("Condition number and ranks do not change when the kernel is scaled") {
  const double scale = GENERATE(0x1p-60, 0x1p60);
  const Matrix a = with_spectrum({1, 2, 3, 5, 8, 0, 0, 0.5});
  const auto unscaled = analyse_spectrum(a), scaled = analyse_spectrum(a * scale);
  CHECK(scaled.rank == unscaled.rank);
  CHECK(unscaled.rank == 6);
  CHECK_THAT(scaled.effective_rank, close_to(unscaled.effective_rank));
}

TEST_CASE("Stable rank, participation ratio, effective rank and rank ascend, and agree for a flat spectrum") {
  const Vector values = GENERATE(Vector{5, 1, 0.1, 0.01}, Vector{3, 2, 1, -1}, Vector{1, 1e-3, 0, 0});
  const auto spectrum = analyse_spectrum(with_spectrum(values));
  CHECK(1 < spectrum.stable_rank);
  CHECK(spectrum.stable_rank < spectrum.participation_ratio);
  CHECK(spectrum.participation_ratio < spectrum.effective_rank);
  CHECK(spectrum.effective_rank < static_cast<double>(spectrum.rank));
  const auto flat = analyse_spectrum(with_spectrum({3, 3, 3, 3, 3}));
  CHECK_THAT(flat.stable_rank, close_to(5));
  CHECK_THAT(flat.participation_ratio, close_to(5));
}

TEST_CASE("Stable rank and participation ratio are norms of the matrix, whatever its signs") {
  // Σλ² = 16 + 9 + 1 + 1 = 27, Σ|λ| = 9
  const auto spectrum = analyse_spectrum(with_spectrum({-4, 3, 1, -1}));
  CHECK_THAT(spectrum.stable_rank, close_to(27. / 16));
  CHECK_THAT(spectrum.participation_ratio, close_to(81. / 27));
  const auto zero = analyse_spectrum(xt::zeros<double>({3, 3}));
  CHECK((zero.stable_rank == 0 && zero.participation_ratio == 0));
}

TEST_CASE("Stable rank and participation ratio neither overflow nor underflow") {
  const double scale = GENERATE(1e-300, 1e300);
  const auto spectrum = analyse_spectrum(Matrix{{4 * scale, 0}, {0, 2 * scale}});
  CHECK_THAT(spectrum.stable_rank, close_to(1.25));
  CHECK_THAT(spectrum.participation_ratio, close_to(36. / 20));
}

TEST_CASE("Definiteness is what the eigenvalues beyond rounding, 2ε here, say") {
  const auto verdict = [](double smallest) {
    return analyse_spectrum(Matrix{{1, 0}, {0, smallest}}).definiteness;
  };
  CHECK(verdict(1e-15) == Definiteness::positive_definite);
  for (const double tiny : {4e-16, 0., -4e-16}) CHECK(verdict(tiny) == Definiteness::positive_semidefinite);
  CHECK(verdict(-1e-15) == Definiteness::indefinite);
  CHECK(analyse_spectrum(Matrix{{-1}}).definiteness == Definiteness::indefinite);
  CHECK(analyse_spectrum(Matrix{{0}}).definiteness == Definiteness::positive_semidefinite);
}

TEST_CASE("A matrix of features is positive semi-definite, and definite with as many features as rows") {
  const Matrix features = {{1, 2, 0}, {0.3, -1, 1}, {2, 0.1, 5}, {1, 1, 1}};
  const Matrix gram = nntk::multiply_transposed(features, features);
  CHECK(analyse_spectrum(gram).definiteness == Definiteness::positive_semidefinite);
  const Matrix three = xt::view(gram, xt::range(0, 3), xt::range(0, 3));
  CHECK(analyse_spectrum(three).definiteness == Definiteness::positive_definite);
}

TEST_CASE("The effective dimension is the rank for no ridge and falls to zero as the ridge grows") {
  const auto spectrum = analyse_spectrum(with_spectrum({4, 1, 1, 0}));
  CHECK(measure_effective_dimension(spectrum, 0) == 3);
  // σ² = ridge·6/4
  CHECK_THAT(measure_effective_dimension(spectrum, 2), close_to(4. / 7 + 2 * 1. / 4));
  double before = 3;
  for (const double ridge : {1e-9, 1e-3, 1., 1e3, 1e9}) {
    const double now = measure_effective_dimension(spectrum, ridge);
    CHECK(now < before);
    before = now;
  }
  CHECK(before < 1e-8);
}

TEST_CASE("The effective dimension is the trace of the smoother of a ridge regression") {
  const Matrix gram = with_spectrum({3, 1, 0.5, 0.25, 2});
  const double ridge = GENERATE(1e-3, 0.1, 10.);
  const auto regression = nntk::RidgeRegression::fit(gram, xt::eye<double>(5), ridge, nntk::Offset::none);
  const double trace = xt::sum(xt::diagonal(regression.predict(gram)))();
  CHECK_THAT(measure_effective_dimension(analyse_spectrum(gram), ridge), close_to(trace));
}

TEST_CASE("An effective dimension needs a ridge that outweighs the negative eigenvalues") {
  const auto spectrum = analyse_spectrum(Matrix{{3, 0}, {0, -1}});  // σ² = ridge
  CHECK(std::isnan(measure_effective_dimension(spectrum, 0)));
  CHECK(std::isnan(measure_effective_dimension(spectrum, 0.99)));
  CHECK_THAT(measure_effective_dimension(spectrum, 2), close_to(3. / 5 - 1));
  for (const double bad : {-1e-9, inf, std::nan("")})
    CHECK_THROWS_WITH(measure_effective_dimension(spectrum, bad), Contains("ridge of 0 or more"));
}

TEST_CASE("A spectrum found with its eigenvectors is the same up to rounding") {
  const Matrix gram = with_spectrum({5, -1, 2, 0, 0.5});
  const auto alone = analyse_spectrum(gram), both = analyse_spectrum(nntk::eigensystem(gram));
  for (std::size_t i = 0; i < 5; ++i) CHECK_THAT(both.eigenvalues(i), close_to(alone.eigenvalues(i)));
  CHECK_THAT(both.trace, close_to(alone.trace));
  CHECK((both.rank == alone.rank && both.definiteness == alone.definiteness));
}

TEST_CASE("A spectrum of bad data is refused in words") {
  CHECK_THROWS_WITH(analyse_spectrum(xt::ones<double>({3, 2})), Contains("square") && Contains("3 by 2"));
  CHECK_THROWS_WITH(analyse_spectrum(xt::zeros<double>({0, 0})), Contains("0 by 0"));
  CHECK_THROWS_WITH(analyse_spectrum(Matrix{{1, 0}, {std::nan(""), 1}}), Contains("nan at [1, 0]"));
  CHECK_THROWS_WITH(analyse_spectrum(nntk::Eigensystem{}), Contains("at least one eigenvalue"));
  CHECK_THROWS_WITH(analyse_spectrum(Matrix{{1, 2}, {3, 4}}), Contains("symmetric"));
}
