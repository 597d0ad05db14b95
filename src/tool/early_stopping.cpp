// SPDX-License-Identifier: BSD-3-Clause
#include "early_stopping.hpp"

#include <algorithm>
#include <vector>

#include "nntk/analysis/gradient_flow.hpp"
#include "recording.hpp"

namespace nntk::tool {

std::size_t suggest_last_step(const Matrix& gram, const Matrix& cross, const Start& training,
                              const Start& test, const Schedule& schedule) {
  const GradientFlow flow(gram);
  const double time_of_step = schedule.learning_rate / (1 - schedule.momentum);
  const auto loss_after = [&](std::size_t step) {
    const double time = time_of_step * static_cast<double>(step);
    const Matrix outputs = flow.predict(cross, test.outputs, training.outputs, training.targets, time);
    return xt::sum(xt::square(outputs - test.targets))();
  };
  const auto steps = choose_record_steps(schedule.steps, 200);
  std::vector<double> losses(steps.size());
  std::ranges::transform(steps, losses.begin(), loss_after);
  return steps[static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin())];
}

}  // namespace nntk::tool
