// SPDX-License-Identifier: BSD-3-Clause
//
// Kernel gradient flow: how the outputs of a network of constant kernel Θ move while the squared loss
// (1/2N) Σ‖f − y‖² is descended in continuous time.
//
//   df/dt = −Θ(x,X) (f(X) − y) / N                                X the N examples, x the m new inputs
//
//   f_t(X) = f_0(X) + (I − e^{−Θt/N}) (y − f_0(X))                Θ = Θ(X,X) (n,n); f, y (n,outputs)
//   f_t(x) = f_0(x) + S_t (y − f_0(X))                            f (m,outputs)
//   S_t    = Θ(x,X) Θ⁻¹ (I − e^{−Θt/N})                           the smoother (m,n)
//
// (Jacot et al. 2018, section 5; Lee et al. 2019, "Wide neural networks of any depth evolve as linear
// models".) With Θ = V diag(λ) Vᵀ every mode moves by itself, at the rate λ_i/N: Θ⁻¹(I − e^{−Θt/N}) is
// −expm1(−λt/N)/λ there, and t/N for λ = 0, so that a singular Θ needs no inverse. What comes out is the flow
// of a kernel that differs from Θ by rounding, n·ε·λ_max: eigenvalues below that cannot be told from zero
// (spectrum.hpp), and are 0. At t = ∞ the inverse is the pseudo-inverse, and such modes are left where they
// were.
//
// Gradient descent f ← f − (η/N) Θ (f − y) multiplies the error of a mode by 1 − ηλ/N a step, so it converges
// for η < 2N/λ_max. With heavy-ball momentum β the error obeys e' = (1 + β − ηλ/N) e − β e₋: both roots of
// z² − (1 + β − ηλ/N) z + β lie inside the unit circle when |β| < 1 and |1 + β − ηλ/N| < 1 + β, that is, for
// η < 2(1 + β)N/λ_max (Polyak 1964).
//
// One row is one example: for a kernel of a row an example and output, N is so many times too large, and
// every time and rate with it.
#pragma once

#include <cstddef>
#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

class GradientFlow {
 public:
  /// Decomposes Θ(X,X) (n,n), symmetric and positive semi-definite up to rounding; eigenvalues that are
  /// negative or rounding are then taken as 0. Cost and memory of eigensystem (linalg.hpp), of which one n×n
  /// matrix is kept. DataError when the matrix is empty, not square, not symmetric, not finite, or has an
  /// eigenvalue below −1e-5·λ_max, more than single precision explains.
  explicit GradientFlow(const Matrix& gram);

  /// f_t(X) (n,outputs) from f_0(X) and y, both (n,outputs), at a time from 0 to infinity. 4n²·outputs flops;
  /// allocates a few matrices of n×outputs. UsageError for a time that is negative or NaN; DataError when the
  /// shapes do not fit, or a number is not finite, the result included.
  [[nodiscard]] Matrix evolve(const Matrix& initial, const Matrix& targets, double time) const;

  /// f_t(x) (m,outputs) from Θ(x,X) (m,n), f_0(x) (m,outputs), f_0(X) and y (n,outputs). As evolve, and
  /// 2mn·outputs flops more.
  [[nodiscard]] Matrix predict(const Matrix& cross, const Matrix& initial_new, const Matrix& initial,
                               const Matrix& targets, double time) const;

  /// S_t (m,n) from Θ(x,X) (m,n): the weight of every example in every prediction. 4mn² flops; allocates two
  /// matrices of m×n. Errors as evolve.
  [[nodiscard]] Matrix smoother(const Matrix& cross, double time) const;

  /// (1/2N) ‖f_t(X) − y‖², summed mode by mode without cancellation. 2n²·outputs flops. Otherwise as evolve.
  [[nodiscard]] double loss(const Matrix& initial, const Matrix& targets, double time) const;

  /// λ_i/N (n,), descending; 0 for a mode that does not move. Allocates the result.
  [[nodiscard]] Vector decay_rates() const;

  /// 2(1 + β)N/λ_max, infinite for Θ = 0: below it gradient descent of momentum β converges in every mode
  /// that moves at all. UsageError unless 0 ≤ β < 1. O(1), allocates nothing.
  [[nodiscard]] double critical_learning_rate(double momentum = 0) const;

  /// n
  [[nodiscard]] std::size_t examples() const noexcept { return modes_.values.size(); }

 private:
  [[nodiscard]] double stretch(double time) const;
  [[nodiscard]] double learnt(double value, double time) const;
  [[nodiscard]] double gain(double value, double time) const;
  [[nodiscard]] Matrix residual(const Matrix& initial, const Matrix& targets) const;

  Eigensystem modes_;  // Θ = V diag(λ) Vᵀ, λ ≥ 0
};

}  // namespace nntk
