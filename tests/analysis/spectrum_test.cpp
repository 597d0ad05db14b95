// SPDX-License-Identifier: BSD-3-Clause
//
// Spectra known in closed form. An eigenvalue is within n·ε·max|λ| of the exact one (LAPACK Users' Guide,
// section 4.7), so figures made of them are compared to 1e-13, about 4n·ε for the n ≤ 8 here times the few
// operations that follow.
#include <cmath>
#include <limits>
#include <nntk/analysis/spectrum.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::analyse_spectrum;
using nntk::Matrix;
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

TEST_CASE("A spectrum of bad data is refused in words") {
  CHECK_THROWS_WITH(analyse_spectrum(xt::ones<double>({3, 2})), Contains("square") && Contains("3 by 2"));
  CHECK_THROWS_WITH(analyse_spectrum(xt::zeros<double>({0, 0})), Contains("0 by 0"));
  CHECK_THROWS_WITH(analyse_spectrum(Matrix{{1, 0}, {std::nan(""), 1}}), Contains("nan at [1, 0]"));
  CHECK_THROWS_WITH(analyse_spectrum(Matrix{{1, 2}, {3, 4}}), Contains("symmetric"));
}
