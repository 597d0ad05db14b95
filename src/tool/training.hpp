// SPDX-License-Identifier: BSD-3-Clause
//
// A training by gradient descent, θ ← θ − η G_ρ L(θ), and the losses on its way.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "nntk/tool/program.hpp"

namespace nntk::tool {

struct Schedule {
  std::size_t steps = 100;
  double learning_rate = 0.1;  ///< η
};

struct Losses {
  double before = 0, after = 0, lowest = 0;
  std::size_t lowest_step = 0;  ///< steps that had been taken where it was the lowest
};

/// Takes all steps, each with displacements of its own. `progress` is told the finished fraction after each
/// gradient, before the step is taken. Throws Interrupted when that returns false, and DataError when the
/// loss or a parameter is not finite. Cost: a gradient and a loss a step. Allocates one gradient.
Losses train(Descent& descent, const Schedule& schedule, std::span<double> theta,
             const std::function<bool(double)>& progress);

}  // namespace nntk::tool
