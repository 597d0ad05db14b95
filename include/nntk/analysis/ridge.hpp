// SPDX-License-Identifier: BSD-3-Clause
//
// Kernel ridge regression: the function that a kernel predicts from n examples.
//
//   (K + λ·(tr K / n)·I) α = Y − offset          K (n,n), Y (n,outputs), α (n,outputs)
//   f(x) = k(x, X) α + offset                    k(x, X) (m,n), f (m,outputs)
//
// λ is relative to the mean diagonal of K (as neural-tangents' diag_reg), so that scaling a kernel changes
// nothing. With λ = 0 and no offset f is the limit t → ∞ of kernel gradient flow from f₀ = 0 (Jacot et al.
// 2018); with λ > 0 it is the mean of a Gaussian process (Rasmussen & Williams 2006, eq. 2.25).
#pragma once

#include <cstddef>
#include <nntk/kernel/kernel_operator.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// What is taken off the targets before the fit, and added to every prediction.
enum class Offset {
  none,  // right for targets that are centred as they are: one-hot codes (targets.hpp), residuals y − f₀
  mean,  // the mean of each output over the examples: far from the data a regression returns to it, not to
         // zero
};

/// What an offset is for these targets (n,outputs): (outputs,).
[[nodiscard]] Vector find_offset(const Matrix& targets, Offset offset);

class RidgeRegression {
 public:
  /// Solves for α by Cholesky. gram (n,n) symmetric, targets (n,outputs), ridge λ ≥ 0. n³/3 + 2n²·outputs
  /// flops, in place: std::move both in and only vectors are allocated. UsageError when the ridge is negative
  /// or not finite. DataError when the shapes do not fit, an entry is not finite, or K + λ·(tr K / n)·I is
  /// not positive definite: identical inputs, or too few parameters, and λ = 0.
  static RidgeRegression fit(Matrix gram, Matrix targets, double ridge, Offset offset = Offset::mean);

  /// From α (n,outputs), found by other means (iterative_ridge.hpp), and the offset (outputs,).
  RidgeRegression(Matrix coefficients, Vector offset);

  /// f (m,outputs) from the kernel between the m new inputs and the n examples, cross (m,n). 2mn·outputs
  /// flops; allocates the result. DataError when cross has other than n columns, or an entry is not finite.
  [[nodiscard]] Matrix predict(const Matrix& cross) const;

  /// The same from an operator of m rows, which need not be stored. Cost: its product with α.
  [[nodiscard]] Matrix predict(KernelOperator& cross) const;

  /// α (n,outputs)
  [[nodiscard]] const Matrix& coefficients() const noexcept { return coefficients_; }

 private:
  Matrix coefficients_;
  Vector offset_;  // (outputs,)
};

}  // namespace nntk
