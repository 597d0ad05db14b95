// SPDX-License-Identifier: BSD-3-Clause
//
// What is done with one network, and what is measured of it: gradient descent with momentum, all examples at
// a time, on the loss (1/2N) Σ ‖f(x) − y‖², at a share of the rate at which its own kernel would let it
// diverge.
//
//   step 0 ── 5 ── 10 ── 20 ── ... ── 400      at each of these a Snapshot
//   v ← μ v − η ∂L/∂θ,  θ ← θ + v,  η = share · 2 (1 + μ) N / λ_max(Θ_0)     (Polyak 1964)
//
// Networks that draw do so anew at every step. They are looked at, kernel and outputs, as the mean of a few
// realisations that stay the same.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/forward.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/pullback.hpp"
#include "nntk/linalg.hpp"
#include "problems.hpp"

namespace ecrn {

inline constexpr double momentum = 0.9, share_of_critical_rate = 0.3;
inline constexpr std::size_t steps_between_losses = 5, realisation_count = 4;
/// Multiples of steps_between_losses, so that no kernel is looked at that is not finite.
inline constexpr std::array<std::size_t, 10> snapshot_steps{0, 5, 10, 20, 30, 50, 100, 150, 250, 400};
/// Ranks of the eigenvalues that are followed.
inline constexpr std::array<std::size_t, 5> ranks{1, 4, 16, 64, training_count};

struct Snapshot {
  std::size_t step = 0;
  double error = 0;  ///< on the test samples
  double drift = 0;  ///< ‖Θ_t − Θ_0‖_F / ‖Θ_0‖_F, of the training samples, the mean over outputs
  std::array<double, ranks.size()> eigenvalues{};

  [[nodiscard]] double condition() const { return eigenvalues.front() / eigenvalues.back(); }
};

/// The loss of the network as it is looked at, every few steps.
struct Losses {
  std::vector<double> values;

  [[nodiscard]] bool are_finite() const {
    return std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
  }
  /// The largest over the first.
  [[nodiscard]] double peak() const { return *std::ranges::max_element(values) / values.front(); }
  /// Share of values that are higher than the one before.
  [[nodiscard]] double rises() const {
    std::size_t count = 0;
    for (std::size_t i = 1; i < values.size(); ++i) count += values[i] > values[i - 1] ? 1 : 0;
    return static_cast<double>(count) / static_cast<double>(values.size() - 1);
  }
};

/// Ends with the first loss that is not finite.
struct Run {
  std::vector<Snapshot> path;
  Losses losses;
};

inline double squared_distance(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

/// Eigenvalues of the ranks; what cannot be told from zero counts as the rounding error N ε λ_1.
inline std::array<double, ranks.size()> followed_eigenvalues(const std::vector<double>& gram, std::size_t n) {
  nntk::Matrix kernel = xt::empty<double>({n, n});
  std::ranges::copy(gram, kernel.begin());
  const nntk::Vector ascending = nntk::eigenvalues(kernel);
  const double rounding = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * ascending(n - 1);
  std::array<double, ranks.size()> found{};
  std::ranges::transform(ranks, found.begin(),
                         [&](std::size_t rank) { return std::max(ascending(n - rank), rounding); });
  return found;
}

template <class Net>
class Training {
  using Descent = nntk::Pullback<Net, double>;

 public:
  Training(const Split& data, Task task, std::uint64_t seed)
      : data_(data),
        task_(task),
        viewed_{.count = Net::noise_count > 0 ? realisation_count : 1,
                .average = nntk::Average::network,
                .seed = seed},
        theta_(nntk::initial_parameters<Net>(seed)),
        velocity_(theta_.size()),
        gradient_(theta_.size()),
        origin_(kernel()),
        inputs_(data.training.count, input_width, Descent::tiles_per_group),
        descent_({.seed = seed}, 1) {
    for (std::size_t g = 0; g < inputs_.groups(); ++g)
      nntk::load_inputs(data.training.inputs(), inputs_.first_tile(g), inputs_.group(g));
    const double highest = followed_eigenvalues(origin_, data.training.count).front();
    rate_ = share_of_critical_rate * 2 * (1 + momentum) * static_cast<double>(data.training.count) / highest;
  }

  Run run() {
    Run run;
    for (std::size_t step = 0; step <= snapshot_steps.back(); ++step) {
      if (step % steps_between_losses == 0) run.losses.values.push_back(loss());
      if (!run.losses.are_finite()) break;
      if (std::ranges::find(snapshot_steps, step) != snapshot_steps.end()) run.path.push_back(look(step));
      descend(step);
    }
    return run;
  }

 private:
  [[nodiscard]] std::vector<double> outputs(const Samples& samples) const {
    return nntk::forward<Net, double>(theta_, samples.inputs(), viewed_);
  }
  [[nodiscard]] std::vector<double> kernel() const {
    return nntk::gram(nntk::Ntk<Net>(theta_.data(), nntk::OutputMode::mean, viewed_),
                      data_.training.inputs());
  }
  [[nodiscard]] double loss() const {
    return squared_distance(outputs(data_.training), data_.training.y) /
           (2 * static_cast<double>(data_.training.count));
  }
  [[nodiscard]] Snapshot look(std::size_t step) const {
    const std::vector<double> now = kernel(), zero(now.size());
    return {step, error_of(outputs(data_.test), data_.test, task_),
            std::sqrt(squared_distance(now, origin_) / squared_distance(origin_, zero)),
            followed_eigenvalues(now, data_.training.count)};
  }

  void descend(std::size_t step) {
    descent_.draw(realisation_count + step);
    descent_.run(
        theta_.data(), inputs_,
        [this](nntk::TileGroup<double> f, std::size_t first_tile, nntk::TileGroup<double> to) {
          for (std::size_t t = 0; t < f.count; ++t) put_residual(f.tile(t), first_tile + t, to.tile(t));
        },
        gradient_.data());
    for (std::size_t i = 0; i < theta_.size(); ++i) {
      velocity_[i] = momentum * velocity_[i] - rate_ * gradient_[i];
      theta_[i] += velocity_[i];
    }
  }
  /// (f − y)/N of a tile, 0 in lanes without a sample.
  void put_residual(const double* f, std::size_t tile, double* to) const {
    constexpr std::size_t lanes = nntk::simd::lanes<double>;
    const auto& [count, width, x, y] = data_.training;
    for (std::size_t o = 0; o < width; ++o) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const std::size_t at = o * lanes + lane, sample = tile * lanes + lane;
        to[at] = sample < count ? (f[at] - y[sample * width + o]) / static_cast<double>(count) : 0;
      }
    }
  }

  const Split& data_;
  Task task_;
  nntk::Realisations viewed_;
  std::vector<double> theta_, velocity_, gradient_, origin_;
  nntk::Features<double> inputs_;
  Descent descent_;
  double rate_ = 0;
};

}  // namespace ecrn
