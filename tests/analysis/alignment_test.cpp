// SPDX-License-Identifier: BSD-3-Clause
//
// Cosines by hand, and their invariances. Kernels here are of n ≤ 6 with entries of order 1: norms and inner
// products of n² terms err by at most n²·ε of Σ|terms|, 8e-15, and eigenvectors of a gap of 0.1 or more by
// n·ε/0.1 (LAPACK Users' Guide, section 4.7); 1e-13 is several times either.
#include <cmath>
#include <limits>
#include <nntk/analysis/alignment.hpp>
#include <nntk/analysis/spectrum.hpp>
#include <nntk/analysis/targets.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

#include "../support/flow.hpp"

namespace {

using namespace nntk::test;
using Catch::Contains;
using nntk::Matrix;
using nntk::measure_alignment;
using nntk::measure_centred_alignment;
using nntk::measure_energy;
using nntk::Vector;

auto close_to(double value) { return Catch::Matchers::WithinAbs(value, 1e-13); }

const Matrix gram = random_kernel(6, 0, 9, 21).examples;
const Matrix targets = normal_matrix(6, 2, 22);

Matrix diagonal_kernel(const Vector& values) {
  Matrix matrix = xt::zeros<double>({values.size(), values.size()});
  for (std::size_t i = 0; i < values.size(); ++i) matrix(i, i) = values(i);
  return matrix;
}

Matrix outer(const Matrix& y) { return nntk::multiply_transposed(y, y); }

Matrix centring(std::size_t n) { return xt::eye<double>(n) - 1 / static_cast<double>(n); }

// The last row first.
Matrix rotated(const Matrix& matrix) {
  return xt::concatenate(xt::xtuple(rows(matrix, 5, 6), rows(matrix, 0, 5)), 0);
}

Matrix rotated_kernel(const Matrix& kernel) { return rotated(xt::transpose(rotated(kernel))); }

}  // namespace

TEST_CASE("The alignment of a diagonal kernel is known") {
  // ⟨K, yyᵀ⟩ = 3·4 + 4·1 = 16, ‖K‖ = 5, ‖yyᵀ‖ = 5
  CHECK_THAT(measure_alignment(diagonal_kernel({3, 4}), {{2}, {1}}), close_to(16. / 25));
  // ‖YYᵀ‖ = √(16 + 1)
  CHECK_THAT(measure_alignment(diagonal_kernel({3, 4}), {{2, 0}, {0, 1}}),
             close_to(16 / (5 * std::sqrt(17.))));
}

TEST_CASE("The kernel of the targets themselves is aligned with them, centred or not") {
  CHECK_THAT(measure_alignment(outer(targets), targets), close_to(1));
  CHECK_THAT(measure_centred_alignment(outer(targets), targets), close_to(1));
  CHECK_THAT(measure_alignment(-outer(targets), targets), close_to(-1));
}

TEST_CASE("A kernel that does not see the targets is not aligned with them") {
  CHECK(measure_alignment(diagonal_kernel({1, 0, 0}), {{0}, {1}, {2}}) == 0);
}

TEST_CASE("Neither scale nor order changes an alignment") {
  const auto measure = GENERATE(&measure_alignment, &measure_centred_alignment);
  const double expected = measure(gram, targets);
  CHECK((0 < expected && expected < 1));
  for (const double scale : {1e-300, 3., 1e300}) {
    CHECK_THAT(measure(gram * scale, targets), close_to(expected));
    CHECK_THAT(measure(gram, targets * scale), close_to(expected));
  }
  CHECK_THAT(measure(rotated_kernel(gram), rotated(targets)), close_to(expected));
}

TEST_CASE("Turning the outputs among themselves changes no alignment") {
  const double c = std::cos(0.7), s = std::sin(0.7);
  const Matrix turned = nntk::multiply(targets, {{c, -s}, {s, c}});
  CHECK_THAT(measure_alignment(gram, turned), close_to(measure_alignment(gram, targets)));
}

TEST_CASE("The centred alignment is the alignment of what is centred") {
  const Matrix h = centring(6);
  const double expected =
      measure_alignment(nntk::multiply(nntk::multiply(h, gram), h), nntk::multiply(h, targets));
  CHECK_THAT(measure_centred_alignment(gram, targets), close_to(expected));
  CHECK(std::abs(expected - measure_alignment(gram, targets)) > 0.01);
}

TEST_CASE("A constant added to the kernel or to an output changes no centred alignment") {
  const double expected = measure_centred_alignment(gram, targets);
  const Matrix constants = {{5, -7}};
  CHECK_THAT(measure_centred_alignment(gram + 10, targets), close_to(expected));
  CHECK_THAT(measure_centred_alignment(gram, targets + constants), close_to(expected));
}

TEST_CASE("Where kernel or targets have no direction there is no alignment") {
  CHECK(std::isnan(measure_alignment(xt::zeros<double>({2, 2}), {{1}, {2}})));
  CHECK(std::isnan(measure_alignment(xt::eye<double>(2), {{0}, {0}})));
  CHECK(std::isnan(measure_alignment(xt::eye<double>(2), xt::zeros<double>({2, 0}))));
  const Matrix constant = 0.1 * xt::ones<double>({7, 7}), seven = normal_matrix(7, 1, 3);
  CHECK(std::isnan(measure_centred_alignment(constant, seven)));
  CHECK(std::isnan(measure_centred_alignment(xt::eye<double>(7), 0.1 * xt::ones<double>({7, 1}))));
  CHECK(std::isnan(measure_centred_alignment({{2}}, {{3}})));
}

TEST_CASE(
    "The energy of a diagonal kernel is by its targets' squares, in descending order of the eigenvalues") {
  const auto energy = measure_energy(nntk::eigensystem(diagonal_kernel({1, 5, 2})), {{1, 0}, {2, 2}, {1, 0}});
  const Vector shares = {0.8, 0.1, 0.1}, cumulative = {0.8, 0.9, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_THAT(energy.shares(i), close_to(shares(i)));
    CHECK_THAT(energy.cumulative(i), close_to(cumulative(i)));
  }
  CHECK_THAT(energy.total, close_to(10));
}

TEST_CASE("The targets along one eigenvector have all their energy there") {
  const auto modes = nntk::eigensystem(gram);
  const std::size_t i = GENERATE(0u, 3u, 5u);
  const auto energy = measure_energy(modes, xt::view(modes.vectors, xt::all(), xt::range(5 - i, 6 - i)));
  CHECK_THAT(energy.shares(i), close_to(1));
}

TEST_CASE("Shares of energy sum to 1, and neither scale nor order changes them") {
  const auto energy = measure_energy(nntk::eigensystem(gram), targets);
  CHECK_THAT(xt::sum(energy.shares)(), close_to(1));
  CHECK_THAT(energy.cumulative(5), close_to(1));
  const auto other = measure_energy(nntk::eigensystem(rotated_kernel(gram) * 3), rotated(targets) * 1e100);
  for (std::size_t i = 0; i < 6; ++i) CHECK_THAT(other.shares(i), close_to(energy.shares(i)));
}

TEST_CASE("The alignment of one output is the mean eigenvalue by energy, over the norm of the kernel") {
  const Matrix y = normal_matrix(6, 1, 23);
  const Vector values = nntk::analyse_spectrum(gram).eigenvalues;
  const double mean = xt::sum(values * measure_energy(nntk::eigensystem(gram), y).shares)();
  CHECK_THAT(measure_alignment(gram, y), close_to(mean / std::sqrt(xt::sum(values * values)())));
}

TEST_CASE("What cannot be aligned is refused in words") {
  const auto measure = GENERATE(&measure_alignment, &measure_centred_alignment);
  CHECK_THROWS_WITH(measure(gram, normal_matrix(5, 1, 1)), Contains("targets of 6 by 1, found 5 by 1"));
  CHECK_THROWS_WITH(measure({{1, 2}, {3, 4}}, {{1}, {2}}), Contains("symmetric"));
  CHECK_THROWS_WITH(measure({{1, 0}, {0, 1}}, {{1}, {not_a_number}}),
                    Contains("targets, found nan at [1, 0]"));
  CHECK_THROWS_WITH(measure(xt::zeros<double>({0, 0}), xt::zeros<double>({0, 1})), Contains("0 by 0"));
}

TEST_CASE("Targets without energy are refused, or with too much") {
  const auto modes = nntk::eigensystem(xt::eye<double>(2));
  CHECK_THROWS_WITH(measure_energy(modes, {{0}, {0}}), Contains("not all 0"));
  CHECK_THROWS_WITH(measure_energy(modes, {{1e200}, {0}}), Contains("found one of 1e+200"));
  CHECK_THROWS_WITH(measure_energy(modes, {{1}}), Contains("targets of 2 by 1, found 1 by 1"));
}
