// SPDX-License-Identifier: BSD-3-Clause
//
// Softmax cross-entropy of logits f (n,classes) against class probabilities y (n,classes), such as one-hot
// codes; rows of y sum to 1. Row by row as softmax.hpp has it:
//
//   p_ik = e^{f_ik} / Σ_j e^{f_ij}                          softmax
//   −(1/n) Σ_i Σ_k y_ik log p_ik                            mean cross-entropy
//   y_ik − p_ik                                             residual, −n times its derivative by f_ik
#pragma once

#include <nntk/tensor.hpp>

namespace nntk {

/// p (n,classes). O(size), in place: std::move the logits in and nothing is allocated. DataError when a logit
/// is not finite, or there is no class.
[[nodiscard]] Matrix softmax(Matrix logits);

/// y − p (n,classes), for one-hot y to a few ulps of itself however small. O(size), in place as softmax.
/// DataError when the shapes differ, a logit is not finite, or there is no class. That the rows of y sum to 1
/// is not looked at.
[[nodiscard]] Matrix softmax_residual(Matrix logits, const Matrix& probabilities);

/// The mean cross-entropy, 0 or more. O(size), allocates nothing. DataError when the shapes differ or are
/// empty, a number is not finite, or a row of y is not a distribution: a negative entry, or a sum more than
/// 1e-6 from 1.
[[nodiscard]] double measure_cross_entropy(const Matrix& logits, const Matrix& probabilities);

}  // namespace nntk
