// SPDX-License-Identifier: BSD-3-Clause
//
// Dense linear algebra on double matrices: the sole gate to BLAS and LAPACK.
//
//   eigensystem   A = V diag(λ) Vᵀ     (n,n) -> λ (n,), V (n,n)     LAPACK dsyevd, divide and conquer
//   Cholesky      A = L Lᵀ             (n,n)                        LAPACK dpotrf; solve: two dtrsm
//   multiply      C = A B              (m,k) (k,n) -> (m,n)         BLAS dgemm
//                 C = A Bᵀ             (m,k) (n,k) -> (m,n)
//
// Only declarations here, and no BLAS header: xtensor-blas costs its one translation unit seconds. LAPACK
// answers a NaN with plausible numbers (λ₀ = 1), so every function looks at its input first: a DataError
// names the first entry that is not finite as [row, column], counted from 0, and every shape that does not
// fit. A "symmetric" matrix must be so up to 1e-5 of its largest entry, what a Gram matrix computed in single
// precision promises; its lower triangle is then read.
//
// BLAS's own threads: results depend on their number in the last bits. Call set_blas_threads(1) for the same
// bits everywhere.
#pragma once

#include <cstddef>
#include <nntk/error.hpp>
#include <nntk/tensor.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace nntk {

/// Throws a DataError that names the first entry of `values` that is not finite: "expected finite numbers in
/// the `name`, found nan at [3, 5]". O(size), allocates nothing.
void require_finite(const Matrix& values, std::string_view name);
void require_finite(const Vector& values, std::string_view name);

/// Throws a DataError unless the matrix is square, of at least one row, finite and symmetric as above: the
/// first pair of entries that differ is named. O(size), allocates nothing.
void require_symmetric(const Matrix& a);

/// Eigenvalues (n,) of a symmetric matrix (n,n), ascending; each within about n·ε·‖A‖ of the exact one.
/// O(n³), about 4n³/3 flops; allocates a copy of the matrix.
[[nodiscard]] Vector eigenvalues(const Matrix& symmetric);

/// A = V diag(λ) Vᵀ: `values` (n,) ascending, and `vectors` (n,n), whose column j belongs to values(j).
struct Eigensystem {
  Vector values;
  Matrix vectors;
};

/// O(n³), about 9n³ flops at worst; allocates four matrices of n×n (LAPACK's workspace is two of them).
/// LAPACK counts that workspace in 32 bits: DataError beyond n = 32765.
[[nodiscard]] Eigensystem eigensystem(const Matrix& symmetric);

/// The matrix is not positive definite to working precision.
struct NotPositiveDefinite : DataError {
  NotPositiveDefinite(std::size_t minor, std::size_t order);
};

/// A = L Lᵀ, factored once, solved for any number of right-hand sides.
class Cholesky {
 public:
  /// Factors a symmetric matrix (n,n). n³/3 flops, in place: std::move a matrix in and only its diagonal is
  /// copied. Throws NotPositiveDefinite, with the order of the first leading minor that is not positive or
  /// cannot be told from zero: two equal rows are found out even when rounding would let them through.
  explicit Cholesky(Matrix positive_definite);

  /// X (n,k) with A X = B, B (n,k). 2n²k flops, in place: std::move B in and nothing is allocated.
  /// DataError when B has other than n rows, or the solution overflows.
  [[nodiscard]] Matrix solve(Matrix right_hand_sides) const;

  /// n
  [[nodiscard]] std::size_t order() const noexcept { return factor_.shape(0); }

 private:
  Matrix factor_;  // L in the lower triangle; above it, what the matrix had there
};

/// A B (m,n) of A (m,k) and B (k,n). 2mnk flops; allocates the result. DataError when the inner sizes differ.
[[nodiscard]] Matrix multiply(const Matrix& a, const Matrix& b);

/// A Bᵀ (m,n) of A (m,k) and B (n,k). As multiply. Not exactly symmetric when B is A: mirror a triangle if it
/// must be.
[[nodiscard]] Matrix multiply_transposed(const Matrix& a, const Matrix& b);

/// A (rows, columns) row-major, somewhere in memory.
struct ConstBlock {
  const double* data;
  std::size_t rows, columns;
};

/// out (rows, k) += A b of b (columns, k), and out (columns, k) += Aᵀ b of b (rows, k), all row-major.
/// 2·rows·columns·k flops; allocates nothing.
void add_product(const ConstBlock& a, const double* b, std::size_t k, double* out);
void add_transposed_product(const ConstBlock& a, const double* b, std::size_t k, double* out);

/// Which BLAS answers, and which processor core it computes for: "OpenBLAS 0.3.21, core Haswell", or "a BLAS
/// that does not tell its name" for any other than OpenBLAS. The loaded library is asked, which on many
/// systems is not the one that was linked.
[[nodiscard]] std::string blas_name();

/// Whether several threads may call BLAS at once. False for a serial OpenBLAS, which corrupts results then.
[[nodiscard]] bool blas_is_threadsafe();

/// How many threads BLAS itself may start, from now on; with one, those that wait for work end. Does nothing
/// for a BLAS other than OpenBLAS, UsageError for 0.
void set_blas_threads(std::size_t count);

/// What the processor can run that matters to BLAS.
struct VectorUnits {
  bool avx2 = false;    // and fma
  bool avx512 = false;  // f, cd, bw, dq and vl
};

/// A core that suits `units` better than the `picked` one, by OpenBLAS's names. Nothing for a core not known
/// here.
[[nodiscard]] std::optional<std::string> better_blas_core(std::string_view picked, VectorUnits units);

/// The same for this process. OpenBLAS takes a processor newer than itself for a "Prescott" of 2004 and runs
/// several times slower than it could; OPENBLAS_CORETYPE in the environment, read when the library is loaded,
/// cures that. Nothing when the core fits, when that variable is set already, or when BLAS is not OpenBLAS.
[[nodiscard]] std::optional<std::string> better_blas_core();

}  // namespace nntk
