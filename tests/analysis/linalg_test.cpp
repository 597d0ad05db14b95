// SPDX-License-Identifier: BSD-3-Clause
//
// Oracles are closed forms: tridiagonal Toeplitz and rank-one spectra, the integer inverse of the Hilbert
// matrix, systems solved by hand. Tolerances follow from the backward error of the algorithm, c·n·ε·‖A‖ with
// a modest c (Higham 2002, "Accuracy and Stability", theorems 10.3 and 10.4 for Cholesky; LAPACK Users'
// Guide, section 4.7, for dsyevd), times the condition number where it is a solution that is compared. c = 4
// throughout.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nntk/linalg.hpp>
#include <numbers>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::Matrix;
using nntk::Vector;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

double backward_error(std::size_t n, double norm) { return 4 * static_cast<double>(n) * epsilon * norm; }

double largest_difference(const Matrix& a, const Matrix& b) {
  REQUIRE(a.shape() == b.shape());
  return xt::amax(xt::abs(a - b))();
}

// 2 on the diagonal, −1 beside it: λ_k = 2 − 2 cos(kπ/(n+1)), k = 1..n.
Matrix toeplitz(std::size_t n) {
  return 2 * xt::eye<double>(n) - xt::eye<double>(n, 1) - xt::eye<double>(n, -1);
}

// 1/(i+j+1)
Matrix hilbert(std::size_t n) {
  Matrix h = xt::empty<double>({n, n});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) h(i, j) = 1. / static_cast<double>(i + j + 1);
  return h;
}

// The inverse of the Hilbert matrix of order 4.
const Matrix inverse_hilbert = {
    {16, -120, 240, -140}, {-120, 1200, -2700, 1680}, {240, -2700, 6480, -4200}, {-140, 1680, -4200, 2800}};

}  // namespace

TEST_CASE("Eigenvalues of a tridiagonal Toeplitz matrix ascend as the closed form does") {
  const std::size_t n = GENERATE(1u, 2u, 7u, 64u, 130u);
  const Vector values = nntk::eigenvalues(toeplitz(n));
  REQUIRE(values.size() == n);
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = std::numbers::pi * static_cast<double>(k + 1) / static_cast<double>(n + 1);
    CHECK(std::abs(values(k) - (2 - 2 * std::cos(angle))) <= backward_error(n, 4));
  }
}

TEST_CASE("Eigenvalues of the identity plus u uᵀ are 1 and 1 + |u|²") {
  const Vector u = {1, -2, 0.5, 3, 0};
  const Matrix a = xt::eye<double>(5) + xt::view(u, xt::all(), xt::newaxis()) * u;
  const Vector values = nntk::eigenvalues(a);
  for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(values(k) - 1) <= backward_error(5, 15.25));
  CHECK(std::abs(values(4) - 15.25) <= backward_error(5, 15.25));
}

TEST_CASE("Eigenvalues scale with the matrix, up to the ends of the range") {
  const double scale = GENERATE(0x1p-1000, 0x1p1000);
  const Vector unscaled = nntk::eigenvalues(toeplitz(9));
  const Vector scaled = nntk::eigenvalues(toeplitz(9) * scale);
  for (std::size_t k = 0; k < 9; ++k)
    CHECK(std::abs(scaled(k) / scale - unscaled(k)) <= backward_error(9, 4));
}

TEST_CASE("Column j of the eigenvectors belongs to value j") {
  const auto [values, vectors] = nntk::eigensystem(Matrix{{3, 0, 0}, {0, 1, 0}, {0, 0, 2}});
  CHECK((values == Vector{1, 2, 3}));
  CHECK((Matrix(xt::abs(vectors)) == Matrix{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}));
}

TEST_CASE("An eigensystem reproduces its matrix with orthonormal vectors") {
  const std::size_t n = GENERATE(1u, 3u, 40u, 97u);
  const Matrix a = GENERATE(0, 1) != 0 ? hilbert(n) : toeplitz(n);
  const auto [values, vectors] = nntk::eigensystem(a);
  CHECK(largest_difference(nntk::multiply(a, vectors), vectors * values) <= backward_error(n, 4));
  CHECK(largest_difference(nntk::multiply_transposed(vectors, vectors), xt::eye<double>(n)) <=
        backward_error(n, 1));
  CHECK((values == nntk::eigensystem(a).values));
}

TEST_CASE("Eigenvalues alone are those of the eigensystem") {
  const Vector alone = nntk::eigenvalues(hilbert(20));
  const Vector together = nntk::eigensystem(hilbert(20)).values;
  for (std::size_t k = 0; k < 20; ++k) CHECK(std::abs(alone(k) - together(k)) <= backward_error(20, 2));
}

TEST_CASE("A matrix that is symmetric to single precision is taken, any other is refused with both entries") {
  CHECK_NOTHROW(nntk::eigenvalues(Matrix{{2, 1}, {1.000001, 2}}));
  CHECK_THROWS_WITH(nntk::eigenvalues(Matrix{{2, 1}, {1.5, 2}}),
                    Contains("symmetric") && Contains("1.5 at [1, 0] and 1 at [0, 1]"));
  CHECK_THROWS_AS(nntk::eigensystem(Matrix{{1, 0, 7}, {0, 1, 0}, {0, 0, 1}}), nntk::DataError);
  CHECK_THROWS_AS(nntk::Cholesky(Matrix{{4, 2}, {0, 4}}), nntk::DataError);
}

TEST_CASE("Numbers that are not finite are refused with their position, in either triangle") {
  const double bad = GENERATE(as<double>{}, not_a_number, inf, -inf);
  Matrix a = toeplitz(5);
  const auto [i, j] =
      GENERATE(std::pair<std::size_t, std::size_t>{1, 3}, std::pair<std::size_t, std::size_t>{4, 0});
  a(i, j) = bad;
  const auto position = Contains(fmt::format("[{}, {}]", i, j));
  CHECK_THROWS_WITH(nntk::eigenvalues(a), Contains("finite") && position);
  CHECK_THROWS_WITH(nntk::eigensystem(a), position);
  CHECK_THROWS_WITH(nntk::Cholesky(a), position);
  CHECK_THROWS_WITH(nntk::Cholesky(toeplitz(5)).solve(a), position);
  CHECK_THROWS_WITH(nntk::multiply(a, toeplitz(5)), Contains("left") && position);
  CHECK_THROWS_WITH(nntk::multiply_transposed(toeplitz(5), a), Contains("right") && position);
  CHECK_THROWS_WITH(nntk::require_finite(Vector{0, 1, bad}, "labels"), Contains("labels") && Contains("[2]"));
}

TEST_CASE("A matrix that is empty or not square is refused with its shape") {
  const Matrix wide = xt::ones<double>({2, 3});
  CHECK_THROWS_WITH(nntk::eigenvalues(wide), Contains("square") && Contains("2 by 3"));
  CHECK_THROWS_WITH(nntk::eigensystem(wide), Contains("2 by 3"));
  CHECK_THROWS_WITH(nntk::Cholesky(wide), Contains("2 by 3"));
  const Matrix empty = xt::zeros<double>({0, 0});
  CHECK_THROWS_WITH(nntk::eigenvalues(empty), Contains("0 by 0"));
  CHECK_THROWS_WITH(nntk::eigensystem(empty), Contains("0 by 0"));
  CHECK_THROWS_WITH(nntk::Cholesky(empty), Contains("0 by 0"));
}

TEST_CASE("Cholesky solves a system done by hand, for several right-hand sides at once") {
  const nntk::Cholesky cholesky(Matrix{{4, 2}, {2, 3}});
  CHECK(cholesky.order() == 2);
  // 4x + 2y, 2x + 3y for (x,y) = (1,2), (−1,0), (0.5,0.5)
  const Matrix x = cholesky.solve(Matrix{{8, -4, 3}, {8, -2, 2.5}});
  // κ = (7+√17)/(7−√17) < 4
  CHECK(largest_difference(x, Matrix{{1, -1, 0.5}, {2, 0, 0.5}}) <= backward_error(2, 2 * 4));
}

TEST_CASE("Cholesky inverts a Hilbert matrix as well as its condition number allows") {
  const Matrix inverse = nntk::Cholesky(hilbert(4)).solve(xt::eye<double>(4));
  CHECK(largest_difference(inverse, inverse_hilbert) <=
        backward_error(4, 6480 * 15514.));  // κ₂(H₄) = 15513.7
}

TEST_CASE("Cholesky leaves a small residual at any size, and none of its argument behind") {
  const std::size_t n = GENERATE(1u, 5u, 64u, 150u);
  const Matrix a = toeplitz(n);
  const Matrix b = xt::cos(xt::arange<double>(0, static_cast<double>(3 * n)).reshape({n, std::size_t{3}}));
  const Matrix x = nntk::Cholesky(a).solve(b);
  CHECK(largest_difference(nntk::multiply(a, x), b) <= backward_error(n, 4 * xt::amax(xt::abs(x))()));
}

TEST_CASE("A matrix that is not positive definite is refused with the minor that is not") {
  CHECK_THROWS_AS(nntk::Cholesky(Matrix{{1, 2}, {2, 1}}), nntk::NotPositiveDefinite);
  CHECK_THROWS_WITH(nntk::Cholesky(Matrix{{1, 0, 0}, {0, 1, 2}, {0, 2, 1}}),
                    Contains("order 3, but its leading minor of order 3"));
  CHECK_THROWS_WITH(nntk::Cholesky(Matrix{{-1}}), Contains("order 1"));
  CHECK_THROWS_AS(nntk::Cholesky(Matrix{{1e-320, 1e308}, {1e308, 1e308}}), nntk::NotPositiveDefinite);
  CHECK_THROWS_AS(nntk::Cholesky(xt::zeros<double>({2, 2})), nntk::NotPositiveDefinite);
}

TEST_CASE("Equal rows are not positive definite, whichever way the pivot rounds") {
  const double u = GENERATE(range(1, 30)) / 7.;
  const Matrix row = {{u, 1 / u, 0.3}, {u, 1 / u, 0.3}};
  CHECK_THROWS_AS(nntk::Cholesky(nntk::multiply_transposed(row, row)), nntk::NotPositiveDefinite);
}

TEST_CASE("Right-hand sides must have the rows of the matrix, may have no columns, and may not overflow") {
  const nntk::Cholesky cholesky(toeplitz(3));
  CHECK_THROWS_WITH(cholesky.solve(xt::ones<double>({2, 3})), Contains("3 rows, found 2"));
  CHECK(cholesky.solve(xt::zeros<double>({3, 0})).shape(1) == 0);
  CHECK_THROWS_WITH(nntk::Cholesky(Matrix{{1e-200}}).solve(Matrix{{1e200}}),
                    Contains("solution") && Contains("inf"));
}

TEST_CASE("Products have the shapes and the values of products done by hand") {
  const Matrix a = {{1, 2, 3}, {4, 5, 6}};
  const Matrix b = {{1, 0}, {0, 1}, {1, 1}};
  CHECK((nntk::multiply(a, b) == Matrix{{4, 5}, {10, 11}}));
  CHECK((nntk::multiply_transposed(a, a) == Matrix{{14, 32}, {32, 77}}));
  CHECK((nntk::multiply(Matrix{{2}}, Matrix{{3}}) == Matrix{{6}}));
  CHECK((nntk::multiply(Matrix{{1}, {2}}, Matrix{{3, 4, 5}}) == Matrix{{3, 4, 5}, {6, 8, 10}}));
  CHECK((nntk::multiply(Matrix{{1, 2}}, Matrix{{3}, {4}}) == Matrix{{11}}));
}

TEST_CASE("A product with the transpose of its own first rows has only their columns") {
  const Matrix a = {{1, 2}, {3, 4}, {5, 6}};
  const Matrix first = xt::view(a, xt::range(0, 1), xt::all());
  CHECK((nntk::multiply_transposed(a, first) == Matrix{{5}, {11}, {17}}));
}

TEST_CASE("A product over nothing is zero, and of nothing is empty") {
  const Matrix none = xt::zeros<double>({2, 0});
  CHECK((nntk::multiply_transposed(none, xt::zeros<double>({3, 0})) == Matrix(xt::zeros<double>({2, 3}))));
  CHECK(nntk::multiply(xt::zeros<double>({0, 2}), none).size() == 0);
}

TEST_CASE("Matrices that cannot be multiplied are refused with both shapes") {
  const Matrix a = xt::ones<double>({2, 3});
  CHECK_THROWS_WITH(nntk::multiply(a, a), Contains("2 by 3 times 2 by 3"));
  CHECK_THROWS_WITH(nntk::multiply_transposed(a, xt::ones<double>({3, 2})),
                    Contains("2 by 3 times (3 by 2) transposed"));
}

TEST_CASE("BLAS tells its name, and takes a number of threads but not none") {
  CHECK_FALSE(nntk::blas_name().empty());
  CHECK_THROWS_AS(nntk::set_blas_threads(0), nntk::UsageError);
  nntk::set_blas_threads(1);
  CHECK((nntk::multiply(Matrix{{2}}, Matrix{{3}}) == Matrix{{6}}));
}

TEST_CASE("BLAS has as many threads as are asked for after it had one") {
  const Matrix ones = xt::ones<double>({400, 400});  // large enough for several
  for (const std::size_t count : {1U, 2U, 1U, 1U, 3U, 1U}) {
    nntk::set_blas_threads(count);
    CHECK((nntk::multiply(ones, ones) == 400 * ones));
  }
}

TEST_CASE("A better core is named for what the processor can run, and never a worse one") {
  const nntk::VectorUnits neither, avx2{.avx2 = true}, both{.avx2 = true, .avx512 = true};
  CHECK(nntk::better_blas_core("Prescott", both) == "SkylakeX");
  CHECK(nntk::better_blas_core("Prescott", avx2) == "Haswell");
  CHECK(nntk::better_blas_core("Sandybridge", avx2) == "Haswell");
  CHECK(nntk::better_blas_core("Haswell", both) == "SkylakeX");
  CHECK_FALSE(nntk::better_blas_core("Prescott", neither));
  CHECK_FALSE(nntk::better_blas_core("Haswell", avx2));
  CHECK_FALSE(nntk::better_blas_core("Zen", avx2));
  CHECK_FALSE(nntk::better_blas_core("SkylakeX", both));
  CHECK_FALSE(nntk::better_blas_core("SapphireRapids", both));
  CHECK_FALSE(nntk::better_blas_core("A core of the future", both));
}

TEST_CASE("A core chosen in the environment is left alone") {
  setenv("OPENBLAS_CORETYPE", "Prescott", 0);
  CHECK_FALSE(nntk::better_blas_core());
}
