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

/// The outputs (n, outputs) and (inputs, outputs) of a network that tells nothing apart: the mean of the
/// targets where `initial` asks for it and they are values, otherwise 0.
[[nodiscard]] Logits start_alike(const Problem& problem, Initial initial, std::size_t inputs);

/// In closed form, towards the codes (n, outputs). With a prior the deviation between networks is told.
[[nodiscard]] std::vector<Moment> follow_squared(const GradientFlow& flow, const Kernels& kernels,
                                                 const Matrix& codes, const Logits& start,
                                                 const std::optional<PriorCovariance>& prior,
                                                 const std::vector<double>& times);

/// Integrated, towards the codes (n, classes); finite times.
[[nodiscard]] std::vector<Moment> follow_cross_entropy(const Kernels& kernels, const Matrix& codes,
                                                       Logits start, const std::vector<double>& times);

/// What is descended, of outputs and codes (m, outputs): ‖f − y‖²/2m, or the mean cross-entropy.
[[nodiscard]] double measure_loss(Loss loss, const Matrix& outputs, const Matrix& codes);

}  // namespace nntk::tool
