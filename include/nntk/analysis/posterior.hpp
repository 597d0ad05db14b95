// SPDX-License-Identifier: BSD-3-Clause
//
// Infinitely wide networks as Gaussian processes: the law of the outputs at m new inputs x, given n examples
// (X, y). Every output has the same covariance, and outputs are independent of each other.
//
//   Before training f_0 ~ N(0, K), K the NNGP kernel.
//
//   Trained by gradient flow for a time t, over random initialisations (Lee et al. 2019, "Wide neural
//   networks of any depth evolve as linear models"), with S the smoother of the NTK
//   (gradient_flow.hpp):
//     mean        S y                                                       (m,outputs)
//     covariance  K(x,x) − S K(X,x) − K(x,X) Sᵀ + S K(X,X) Sᵀ               (m,m)
//
//   Conditioned on the examples, seen with noise σ² = ridge · tr K(X,X)/n (Rasmussen & Williams 2006,
//   eqs. 2.25 and 2.26), with A = K(x,X) (K(X,X) + σ²I)⁻¹:
//     mean        A y                                                       (m,outputs)
//     covariance  K(x,x) − A K(X,x)                                         (m,m)
//
// The two agree for t = ∞ and no ridge when the NTK is K, as when only the last layer is trained.
//
// Variances. A variance is wᵀ K w with w = (1, −S_i) over new input i and the examples, so it is 0 or more;
// an error of δ √(K_aa K_bb) in every entry of K moves it by up to δ (Σ_a |w_a| √K_aa)². One that comes out
// negative by no more than that for single precision, δ = 1e-5, cannot be told from 0, and is 0. One that is
// more negative is not of one kernel, and is refused.
#pragma once

#include <nntk/analysis/gradient_flow.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// K between the n examples X and the m new inputs x: the blocks of one positive semi-definite matrix.
struct PriorCovariance {
  Matrix examples;  // K(X,X) (n,n)
  Matrix cross;     // K(x,X) (m,n)
  Matrix inputs;    // K(x,x) (m,m)
};

struct GaussianPrediction {
  Matrix mean;        // (m,outputs)
  Matrix covariance;  // (m,m), exactly symmetric, nothing below 0 on the diagonal
};

/// The ensemble of networks trained for `time`, 0 to infinity, from the flow of Θ(X,X), Θ(x,X) (m,n), the
/// NNGP kernel and y (n,outputs). About 6mn² + 4m²n flops; allocates some four matrices of m×n and of m×m
/// each. UsageError for a time that is negative or NaN; DataError when the shapes do not fit, K(X,X) or
/// K(x,x) is not symmetric, a number is not finite, or a variance is negative by more than rounding.
[[nodiscard]] GaussianPrediction predict_ensemble(const GradientFlow& ntk, const Matrix& ntk_cross,
                                                  const PriorCovariance& nngp, const Matrix& targets,
                                                  double time);

/// The Bayesian posterior of f, without the noise of new observations. The mean is RidgeRegression's with
/// Offset::none. About n³/3 + 2mn² + 2m²n flops; allocates a copy of K(X,X) and some three matrices of m×n
/// and of m×m each. Errors as predict_ensemble, and as RidgeRegression::fit where K(X,X) and the ridge cannot
/// be factored.
[[nodiscard]] GaussianPrediction predict_posterior(const PriorCovariance& nngp, const Matrix& targets,
                                                   double ridge);

}  // namespace nntk
