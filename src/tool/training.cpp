// SPDX-License-Identifier: BSD-3-Clause
#include "training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

/// L(θ). A sign of what is not finite may be finite: the parameters are looked at too.
double measure_loss(Descent& descent, std::span<const double> theta, std::size_t step,
                    const Schedule& schedule) {
  const double loss = descent.loss(theta);
  const bool is_finite = std::ranges::all_of(theta, [](double value) { return std::isfinite(value); });
  if (is_finite && std::isfinite(loss)) return loss;
  throw DataError(
      fmt::format("expected a finite loss after step {} of {}, found an overflow: the learning rate, the "
                  "radius, the inputs or the targets are too large",
                  step, schedule.steps));
}

}  // namespace

Losses train(Descent& descent, Gradient kind, const Schedule& schedule, std::span<double> theta,
             const std::function<bool(double)>& progress) {
  const double before = measure_loss(descent, theta, 0, schedule);
  Losses losses{.before = before, .after = before, .lowest = before};
  std::vector<double> gradient(theta.size()), velocity(theta.size());
  for (std::size_t step = 0; step < schedule.steps; ++step) {
    kind == Gradient::local ? descent.local_gradient(theta, gradient)
                            : descent.nonlocal_gradient(theta, step, gradient);
    const std::size_t taken = step + 1;
    if (!progress(static_cast<double>(taken) / static_cast<double>(schedule.steps))) throw Interrupted();
    for (std::size_t i = 0; i < theta.size(); ++i) {
      velocity[i] = schedule.momentum * velocity[i] + gradient[i];
      theta[i] -= schedule.learning_rate * velocity[i];
    }
    losses.after = measure_loss(descent, theta, taken, schedule);
    if (losses.after >= losses.lowest) continue;
    losses.lowest = losses.after;
    losses.lowest_step = taken;
  }
  return losses;
}

}  // namespace nntk::tool
