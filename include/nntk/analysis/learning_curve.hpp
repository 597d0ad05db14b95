// SPDX-License-Identifier: BSD-3-Clause
//
// Learning curves before anything is fitted: the error that kernel ridge regression is to be expected to have
// on new inputs, given p examples, from the spectrum of the kernel and the energy of the targets along it.
//
//   η_i = λ_i / N                          eigenvalues of the kernel as an integral operator: those of a Gram
//                                          matrix on a pool of N inputs, over N
//   κ   = λ + κ Σ η_i / (κ + pη_i)         the effective ridge; λ = ridge · tr K / N is RidgeRegression's
//   r_i = κ / (κ + pη_i)                   the share of mode i that p examples leave unlearnt
//   γ   = Σ (1 − r_i)² / p
//   E   = Σ E_i r_i² / (1 − γ)             mean square error; E_i = ‖v_iᵀ Y‖² / N, the energy of mode i
//
// (Canatar, Bordelon & Pehlevan 2021, "Spectral bias and task-model alignment explain generalization in
// kernel regression and infinitely wide neural networks".) Modes of η = 0 are never learnt, r = 1: noise in
// the targets of the pool is energy like any other, and what the regression makes of it, and the noise of the
// targets that it is measured by, are both in E.
//
// The equation of κ has one root, for λ/κ + Σ η_i/(κ + pη_i) falls from above 1 to 0. In its terms
// 1 − γ = λ/κ + Σ r_i (1 − r_i)/p, which does not cancel. With no ridge and p beyond the rank κ is 0 and γ is
// rank/p; for p = rank the error is infinite, the peak of double descent.
//
// E is a mean over draws of the examples, in the limit of many modes and examples; features φ_i = √N v_i that
// are not Gaussian, and few examples, cost accuracy. The pool stands for the law of the inputs, and the
// examples are among it: p should be well below N, for where the regression interpolates, inputs that are no
// examples err N/(N − p) times as much. (One network's infinite-width NTK on the 1,797 digits of the
// examples, ridge 1e-6, 20 subsets: E is low by 4 % for p = 20, 8 % for 100, 16 % for 200 and 27 % for 400.)
// No offset is taken off the targets (Offset::none): centre them first where the regression will.
#pragma once

#include <cstddef>
#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// What is to be expected of p examples.
struct LearningPoint {
  std::size_t examples = 0;    // p
  double effective_ridge = 0;  // κ
  double variance_share = 0;   // γ: of the error, what is due to which examples were drawn
  double error = 0;            // E, summed over outputs; may be infinite
};

class LearningCurve {
 public:
  /// From the eigensystem (linalg.hpp) of the Gram matrix of a pool, positive semi-definite up to rounding,
  /// its targets (N,outputs) and a ridge as RidgeRegression's. 2N²·outputs flops; keeps two vectors.
  /// UsageError when the ridge is negative or not finite; DataError when an eigenvalue is below −1e-5·λ_max,
  /// and for targets as measure_energy (alignment.hpp).
  LearningCurve(const Eigensystem& pool, const Matrix& targets, double ridge);

  /// From 1 to N examples. O(N) for each of some ten to fifty evaluations, allocates nothing. UsageError for
  /// any other number.
  [[nodiscard]] LearningPoint at(std::size_t examples) const;

  /// ΣE_i, the mean square of the targets: the error of no examples.
  [[nodiscard]] double energy() const noexcept { return energy_; }

 private:
  [[nodiscard]] double find_effective_ridge(double examples) const;

  Vector eigenvalues_;  // η above 0, descending (rank,)
  Vector shares_;       // of the energy along each of them (rank,)
  double unseen_ = 0;   // what of it no eigenvalue above 0 sees
  double energy_ = 0;
  double ridge_ = 0;  // λ
  std::size_t pool_ = 0;
};

}  // namespace nntk
