// SPDX-License-Identifier: BSD-3-Clause
//
// Softmax cross-entropy of one sample: logits f (classes,) against class probabilities y (classes,), which
// sum to 1.
//
//   p_k = e^{f_k} / Σ_j e^{f_j}           softmax
//   −Σ_k y_k log p_k                      cross-entropy
//   y_k − p_k                             residual, minus its derivative by f_k
//
// The largest logit is subtracted first, so that e^f does not overflow. Where it is nearly certain, log p and
// 1 − p are made of what the others add up to: with 1 − p as written a flow of one-hot codes is wrong by 5e-6
// at t = 1e12, where 1 − p is 1e-12.
//
// At least one class. A logit that is not finite gives numbers that are not, of a class with y > 0: nothing
// is refused here. Each costs an exponential a class and allocates nothing. All samples of a data set:
// cross_entropy.hpp.
#pragma once

#include <span>

namespace nntk {

/// Logits become p.
void softmax(std::span<double> logits);

/// Logits become y − p, for one-hot y to a few ulps of itself however small.
void softmax_residual(std::span<double> logits, std::span<const double> probabilities);

/// The cross-entropy, 0 or more.
[[nodiscard]] double measure_cross_entropy(std::span<const double> logits,
                                           std::span<const double> probabilities);

}  // namespace nntk
