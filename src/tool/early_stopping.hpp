// SPDX-License-Identifier: BSD-3-Clause
//
// When to stop, as the kernel that a network starts with tells before any step is taken: kernel gradient flow
// (gradient_flow.hpp) from the network's own outputs, a step being η/(1 − β) of its time.
#pragma once

#include <cstddef>

#include "nntk/tensor.hpp"
#include "training.hpp"

namespace nntk::tool {

/// Outputs at θ_0 and targets, (n, outputs).
struct Start {
  Matrix outputs, targets;
};

/// The step from 0 to the last, among 200 of about equal ratio, where the squared loss on the test data is
/// predicted to be the lowest. `gram` (n, n), `cross` (m, n). Cost: an eigensystem, and 200 · (4n² + 2mn) ·
/// outputs flops. Throws DataError as GradientFlow does.
[[nodiscard]] std::size_t suggest_last_step(const Matrix& gram, const Matrix& cross, const Start& training,
                                            const Start& test, const Schedule& schedule);

}  // namespace nntk::tool
