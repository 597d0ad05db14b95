// SPDX-License-Identifier: BSD-3-Clause
//
// A training by gradient descent with momentum (Polyak 1964), v ← β v + G, θ ← θ − η v, and the losses on its
// way. G is ∂L/∂θ, or G_ρ L(θ), of all samples or of a batch.
//
//   state 0 ──step──▶ state 1 ──step──▶ ... ──▶ state of the last step
//
// A state holds all that the steps after it depend on.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "batches.hpp"
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

  Losses() = default;
  explicit Losses(double loss) : before(loss), after(loss), lowest(loss) {}
  /// Of the state after `step` steps.
  void add(double loss, std::size_t step);
};

struct TrainingState {
  std::size_t step = 0;  ///< that were taken
  std::vector<double> theta, velocity;
  Losses losses;                             ///< over all samples, of state 0 and after each epoch
  Losses test_losses;                        ///< likewise over the samples to watch; 0 where there are none
  std::vector<std::vector<double>> records;  ///< rows of a Recorder (recording.hpp)
};

class Training {
 public:
  /// Refers to the descent, which has the samples of the batches, and to that of samples to watch, if there
  /// are any.
  Training(Descent& descent, Gradient kind, const Schedule& schedule, Batches batches,
           Descent* test = nullptr);

  /// State 0 at θ. Throws DataError where the loss or a parameter is not finite. Cost: a loss.
  [[nodiscard]] TrainingState start(std::vector<double> theta);

  /// Takes the steps that are left, with the displacements of each. `watch` is shown the state first and
  /// after each step, `progress` told the finished fraction after each gradient, before its step. Throws
  /// Interrupted when that returns false, the state being that of the last whole step, and DataError as
  /// start, with the number of the step. Cost: a gradient a step, a loss an epoch. Allocates a gradient.
  void run(TrainingState& state, const std::function<void(TrainingState&)>& watch,
           const std::function<bool(double)>& progress);

  /// Adds the losses of the last state, which need not be the end of an epoch. Cost: a loss.
  void finish(TrainingState& state);

 private:
  void find_gradient(const TrainingState& state);
  void take_step(TrainingState& state);
  void add_losses(TrainingState& state);
  [[nodiscard]] double measure_loss(Descent& descent, const TrainingState& state);

  Descent& descent_;
  Descent* test_;
  Gradient kind_;
  Schedule schedule_;
  Batches batches_;
  std::vector<double> gradient_;
};

}  // namespace nntk::tool
