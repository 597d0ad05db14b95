// SPDX-License-Identifier: BSD-3-Clause
//
// How the residual of a network in training decays along the eigenvectors v_i of the kernel that it started
// with, Θ = Σ λ_i v_i v_iᵀ (n,n), beside what that kernel predicts. For gradient descent at the rate η on the
// squared loss (1/2n) Σ‖f − y‖²,
//
//   measured     a_i(s) = ‖v_iᵀ (f_s(X) − y)‖          f, y (n,outputs); s the steps taken
//   predicted    a_i(0) |1 − ηλ_i/n|^s                 e^{−ηλ_i s/n} for small ηλ_i/n
//
// (Jacot et al. 2018, section 5.) The prediction is exact for one output and a kernel that stays. Of several
// outputs it takes Θ for the kernel of each, as networks of infinite width have it: Θ is their mean.
#pragma once

#include <cstddef>
#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

class ModeDecay {
 public:
  /// Of the leading k = min(leading, n) modes, from f_0(X) − y (n,outputs). 2nk·outputs flops; allocates
  /// matrices of n×k and k×outputs. DataError when the residual does not fit or is not finite.
  ModeDecay(const Eigensystem& modes, std::size_t leading, const Matrix& residual, double learning_rate);

  /// a_i (k,) of f_s(X) − y. Cost and errors as above.
  [[nodiscard]] Vector measure(const Matrix& residual) const;

  /// What is to be expected of a_i (k,) after so many steps. Allocates the result.
  [[nodiscard]] Vector predict(std::size_t steps) const;

 private:
  Matrix vectors_;  // (n,k)
  Vector factors_;  // (k,), what a step leaves: |1 − ηλ/n|
  Vector initial_;  // (k,)
};

}  // namespace nntk
