// SPDX-License-Identifier: BSD-3-Clause
//
// Bounds of the spectrum of an infinitely wide residual network (NTK-ECRN, Mysore et al. 2025,
// arXiv:2512.08264) by the scales, the drop probabilities and the number of its blocks,
//
//   h ← h + b_l α_l φ(W_l h + β b),   b_l ~ Bernoulli(1 − p_l),   followed by a Dense layer
//
// For the Gram matrices of n inputs, K = C + m mᵀ with m the means over units, the recursion of
// kernel/limit_branch.hpp, K'_l = σ_w² K_l + β² 11ᵀ and s = E[φ'(u)²]:
//
//   D K' D ≼ C_φ ≼ Ṫ ∘ K',  D = diag E[φ'(u)]       the linear part of φ; the Gaussian Poincaré inequality
//                                                   (Chernoff 1981)
//   λ_max(C) ← λ_max(C) + α² s_max λ_max(K')        λ_min(C) ← λ_min(C) + α² min E[φ']² λ_min(K')
//   ‖m‖  ← ‖m‖ + α ‖m_φ‖,  ‖m_φ‖² ≤ μ tr K',  E[φ]² ≤ μ E[u²]
//   λ_max(Θ) ← λ_max(Θ) + α² s_max (λ_max(K') + σ_w² λ_max(Θ))      Schur's product theorem, as below
//   λ_min(Θ) ← λ_min(Θ) + α² s_min (λ_min(K') + σ_w² λ_min(Θ))
//
// Where blocks are dropped they bound the mean kernel: each step is concave in what it is applied to, and is
// taken with weight 1 − p. They are sharp for the identity without biases and means.
#pragma once

#include <cstddef>
#include <nntk/tensor.hpp>
#include <span>

namespace nntk {

struct ResidualBlock {
  double alpha = 0, drop = 0;               ///< α_l, p_l
  double weight_scale = 1, bias_scale = 0;  ///< σ_w, β
};

/// What is known of φ for u ~ N(0, v) of any v: E[φ'(u)²] lies between two numbers, E[φ'(u)]² is at least a
/// third, E[φ(u)]²/v at most a fourth.
struct SlopeBounds {
  double lowest, highest, linear, mean;
};

/// Of a·relu(x) + b·relu(−x), exactly.
SlopeBounds rectifier_slopes(double positive, double negative);

struct Extremes {
  double lowest = 0, highest = 0;
  [[nodiscard]] double condition() const { return highest / lowest; }
};

/// Of both kernels behind the Dense layer. 0 below says that nothing is known.
struct ResidualBounds {
  Extremes nngp, ntk;
};

/// `entering` is K (n,n) of the values that enter the first block, `means` (n,) their means over units; no
/// parameter stands before them. O(n³), allocates two matrices. DataError when the matrix is not symmetric,
/// positive semi-definite and finite, or the means are not n; UsageError when a scale is not finite, or a
/// probability is outside [0, 1].
[[nodiscard]] ResidualBounds bound_residual_spectrum(const Matrix& entering, const Vector& means,
                                                     std::span<const ResidualBlock> blocks,
                                                     const SlopeBounds& slopes, double output_weight_scale,
                                                     double output_bias_scale);

}  // namespace nntk
