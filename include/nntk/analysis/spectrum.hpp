// SPDX-License-Identifier: BSD-3-Clause
//
// The spectrum of a Gram matrix K (n,n): what its eigenvalues λ₁ ≥ … ≥ λ_n say about learning with it.
//
//   condition number      λ₁ / λ_n                                how unevenly gradient flow learns
//   numerical rank        #{ |λ_i| > n·ε·max|λ| }                 as numpy.linalg.matrix_rank
//   effective rank        exp(−Σ p_i log p_i), p_i = |λ_i|/Σ|λ|   Roy & Vetterli, EUSIPCO 2007
//   participation ratio   1 / Σ p_i² = (Σ|λ|)² / Σλ²              Gao et al. 2017, "A theory of multineuronal
//                                                                 dimensionality, dynamics and measurement"
//   stable rank           ‖K‖_F² / ‖K‖₂² = Σλ² / max λ²           Rudelson & Vershynin 2007, "Sampling from
//                                                                 large matrices"
//   trace                 Σ K_ii
//   effective dimension   Σ λ_i / (λ_i + σ²), σ² = ridge·tr K/n   Zhang 2005, "Learning bounds for kernel
//                                                                 regression using effective data
//                                                                 dimensionality"
//
// A kernel of one direction has all ranks 1, an isotropic one has n, and between them, since the
// participation ratio and the effective rank are exponentials of the Rényi entropies of order 2 and 1 of p,
//
//   1 ≤ stable rank ≤ participation ratio ≤ effective rank ≤ rank ≤ n.
//
// The effective dimension is the trace of the smoother K(K + σ²I)⁻¹, the degrees of freedom that
// RidgeRegression (ridge.hpp), whose ridge it takes, spends on the examples: the rank for no ridge, 0 for a
// large one.
//
// Eigenvalues within n·ε·max|λ| of zero, the rounding error of the eigensolver (LAPACK Users' Guide, section
// 4.7), cannot be told from zero, and what is said about signs is said of the others. Of a matrix that was
// itself computed with an error, in single precision for one, that is a verdict on the matrix as it stands.
#pragma once

#include <cstddef>
#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// What the signs of the eigenvalues that can be told from zero make of a matrix.
enum class Definiteness {
  positive_definite,      // every eigenvalue is one of them, and positive
  positive_semidefinite,  // none is negative, and some are zero up to rounding
  indefinite              // at least one is negative
};

struct Spectrum {
  Vector eigenvalues;              // (n,), descending
  double condition_number = 0;     // infinite when λ_n is negative or cannot be told from zero
  std::size_t rank = 0;            // eigenvalues of either sign that can be told from zero
  double effective_rank = 0;       // 0 for the zero matrix
  double participation_ratio = 0;  // 0 for the zero matrix
  double stable_rank = 0;          // 0 for the zero matrix
  double trace = 0;
  Definiteness definiteness = Definiteness::positive_semidefinite;
};

/// Of a symmetric matrix (n,n), n ≥ 1; it need not be positive semi-definite, as the unbiased NNTK estimate
/// is not. O(n³), allocates a copy of the matrix. DataError when the matrix is empty, not square, not
/// symmetric or not finite.
[[nodiscard]] Spectrum analyse_spectrum(const Matrix& gram);

/// The same from the eigensystem (linalg.hpp) of the matrix. O(n), allocates the eigenvalues. DataError when
/// there are none.
[[nodiscard]] Spectrum analyse_spectrum(const Eigensystem& modes);

/// Σ λ_i / (λ_i + σ²) over the eigenvalues that can be told from zero, σ² = ridge · trace/n. NaN when some
/// λ_i + σ² of these is not positive: no regression has that kernel and ridge. O(n), allocates nothing.
/// UsageError when the ridge is negative or not finite.
[[nodiscard]] double measure_effective_dimension(const Spectrum& spectrum, double ridge);

}  // namespace nntk
