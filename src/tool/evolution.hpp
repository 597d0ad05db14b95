// SPDX-License-Identifier: BSD-3-Clause
//
// The outputs of a network of constant kernel at the times of its gradient flow.
#pragma once

#include <optional>
#include <vector>

#include "nntk/analysis/cross_entropy_flow.hpp"
#include "nntk/analysis/gradient_flow.hpp"
#include "nntk/analysis/posterior.hpp"
#include "reports.hpp"
#include "task.hpp"

namespace nntk::tool {

/// Θ(X, X), and Θ(x, X) of m ≥ 0 test inputs.
struct Kernels {
  Matrix gram, cross;
};

/// Outputs on training and test data at one time, and what the report says of them.
struct Moment {
  Logits outputs;
  DynamicsRow row;
};

/// From before the fastest mode has moved until the slowest has come to rest: powers of √10. 10³ times as
/// long at most for cross-entropy, 10¹² times and the end for a squared loss; 0 where nothing moves.
[[nodiscard]] std::vector<double> choose_times(const Vector& rates, Loss loss);

/// In closed form, from the mean of the targets, or from 0 for classes. With a prior the deviation between
/// networks is told.
[[nodiscard]] std::vector<Moment> follow_squared(const GradientFlow& flow, const Kernels& kernels,
                                                 const Problem& problem,
                                                 const std::optional<PriorCovariance>& prior,
                                                 const std::vector<double>& times);

/// Integrated, from all classes alike; finite times.
[[nodiscard]] std::vector<Moment> follow_cross_entropy(const Kernels& kernels, const Matrix& probabilities,
                                                       const std::vector<double>& times);

}  // namespace nntk::tool
