// SPDX-License-Identifier: BSD-3-Clause
//
// A training by gradient descent with momentum (Polyak 1964), v ← β v + G, θ ← θ − η v, and the losses on its
// way. G is ∂L/∂θ, or G_ρ L(θ).
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "nntk/tool/program.hpp"

namespace nntk::tool {

enum class Gradient { local, nonlocal };

struct Schedule {
  std::size_t steps = 100;
  double learning_rate = 0.1;  ///< η
  double momentum = 0;         ///< β
};

struct Losses {
  double before = 0, after = 0, lowest = 0;
  std::size_t lowest_step = 0;  ///< steps that had been taken where it was the lowest
};

/// Takes all steps, each with displacements of its own. `progress` is told the finished fraction after each
/// gradient, before the step is taken. Throws Interrupted when that returns false, and DataError when the
/// loss or a parameter is not finite. Cost: a gradient and a loss a step. Allocates two gradients.
Losses train(Descent& descent, Gradient kind, const Schedule& schedule, std::span<double> theta,
             const std::function<bool(double)>& progress);

}  // namespace nntk::tool
