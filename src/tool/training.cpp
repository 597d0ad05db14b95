// SPDX-License-Identifier: BSD-3-Clause
#include "training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

[[noreturn]] void refuse_overflow(std::size_t step, std::size_t steps) {
  throw DataError(
      fmt::format("expected a finite loss after step {} of {}, found an overflow: the learning rate, the "
                  "radius, the inputs or the targets are too large",
                  step, steps));
}

bool is_finite(double value) { return std::isfinite(value); }

}  // namespace

void Losses::add(double loss, std::size_t step) {
  after = loss;
  if (after >= lowest) return;
  lowest = after;
  lowest_step = step;
}

Training::Training(Descent& descent, Gradient kind, const Schedule& schedule, Batches batches, Descent* test)
    : descent_(descent), test_(test), kind_(kind), schedule_(schedule), batches_(std::move(batches)) {}

TrainingState Training::start(std::vector<double> theta) {
  TrainingState state;
  state.velocity.resize(theta.size());
  state.theta = std::move(theta);
  state.losses = Losses(measure_loss(descent_, state));
  if (test_ != nullptr) state.test_losses = Losses(measure_loss(*test_, state));
  return state;
}

void Training::run(TrainingState& state, const std::function<void(TrainingState&)>& watch,
                   const std::function<bool(double)>& progress) {
  const std::size_t first = state.step, count = schedule_.steps - first;
  gradient_.resize(state.theta.size());
  watch(state);
  while (state.step < schedule_.steps) {
    find_gradient(state);
    if (!progress(static_cast<double>(state.step + 1 - first) / static_cast<double>(count)))
      throw Interrupted();
    take_step(state);
    watch(state);
  }
}

void Training::finish(TrainingState& state) {
  if (!batches_.is_epoch(state.step)) add_losses(state);
}

void Training::find_gradient(const TrainingState& state) {
  const SampleIndices batch = batches_.at(state.step);
  kind_ == Gradient::local ? descent_.local_gradient(state.theta, batch, gradient_)
                           : descent_.nonlocal_gradient(state.theta, batch, state.step, gradient_);
}

/// A sign of what is not finite may be finite: it is the parameters that are looked at.
void Training::take_step(TrainingState& state) {
  ++state.step;
  for (std::size_t i = 0; i < gradient_.size(); ++i) {
    state.velocity[i] = schedule_.momentum * state.velocity[i] + gradient_[i];
    state.theta[i] -= schedule_.learning_rate * state.velocity[i];
  }
  if (!std::ranges::all_of(state.theta, is_finite)) refuse_overflow(state.step, schedule_.steps);
  if (batches_.is_epoch(state.step)) add_losses(state);
}

void Training::add_losses(TrainingState& state) {
  state.losses.add(measure_loss(descent_, state), state.step);
  if (test_ != nullptr) state.test_losses.add(measure_loss(*test_, state), state.step);
}

double Training::measure_loss(Descent& descent, const TrainingState& state) {
  const double loss = descent.loss(state.theta);
  if (!is_finite(loss) || !std::ranges::all_of(state.theta, is_finite))
    refuse_overflow(state.step, schedule_.steps);
  return loss;
}

}  // namespace nntk::tool
