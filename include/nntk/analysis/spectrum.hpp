// SPDX-License-Identifier: BSD-3-Clause
//
// The spectrum of a Gram matrix K (n,n): what its eigenvalues λ₁ ≥ … ≥ λ_n say about learning with it.
//
//   condition number   λ₁ / λ_n                                how unevenly gradient flow learns
//   numerical rank     #{ |λ_i| > n·ε·max|λ| }                 as numpy.linalg.matrix_rank
//   effective rank     exp(−Σ p_i log p_i), p_i = |λ_i|/Σ|λ|   Roy & Vetterli, EUSIPCO 2007
//   trace              Σ K_ii
//
// The effective rank lies between 1 (one direction) and n (an isotropic kernel). Eigenvalues below
// n·ε·max|λ|, the rounding error of the eigensolver, cannot be told from zero.
#pragma once

#include <cstddef>
#include <nntk/tensor.hpp>

namespace nntk {

struct Spectrum {
  Vector eigenvalues;           // (n,), descending
  double condition_number = 0;  // infinite when λ_n is negative or cannot be told from zero
  std::size_t rank = 0;         // eigenvalues of either sign that can be told from zero
  double effective_rank = 0;    // 0 for the zero matrix
  double trace = 0;
};

/// Of a symmetric matrix (n,n), n ≥ 1; it need not be positive semi-definite, as the unbiased NNTK estimate
/// is not. O(n³), allocates a copy of the matrix. DataError when the matrix is empty, not square, not
/// symmetric or not finite.
[[nodiscard]] Spectrum analyse_spectrum(const Matrix& gram);

}  // namespace nntk
