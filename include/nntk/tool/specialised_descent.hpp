// SPDX-License-Identifier: BSD-3-Clause
//
// The descent of a compiled architecture: its loss by tiles, and the gradients of that. A stochastic network
// is trained as the mean of its realisations, the same at every step.
//
//   inputs   [group][tile][feature][lane], all loaded once, those of a batch with each gradient
//   loss     group by group: values ← inputs, values ← f(values; θ), sum of ℓ(values, y)
#pragma once

#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nntk/kernel/features.hpp"
#include "nntk/kernel/pullback.hpp"
#include "nntk/kernel/realised_forward.hpp"
#include "nntk/tangent/nonlocal_gradient.hpp"
#include "nntk/tool/evaluation.hpp"
#include "nntk/tool/laws.hpp"
#include "nntk/tool/program.hpp"
#include "nntk/tool/sample_loss.hpp"

namespace nntk::tool {

template <class Network, class T>
class SpecialisedDescent final : public Descent {
  static constexpr std::size_t tiles_per_group = Pullback<Network, T>::tiles_per_group;
  static constexpr std::size_t lanes = simd::lanes<T>;

 public:
  /// Allocates a copy of the inputs, two vectors of parameters, and for each thread another and the
  /// scratch of a sweep.
  explicit SpecialisedDescent(const DescentRequest& request)
      : request_(request),
        law_(make_interaction<Network, T>(request.nonlocal)),
        all_(request.x.count),
        theta_(Network::parameter_count),
        gradient_(Network::parameter_count),
        forward_(request.realisations),
        scratch_(static_cast<std::size_t>(request.threads)) {
    load(all_, {});
  }

  [[nodiscard]] double loss(std::span<const double> theta) override {
    set_parameters(theta);
    const bool is_finite = std::ranges::all_of(theta_, [](T value) { return std::isfinite(value); });
    return is_finite ? measure(all_, theta_) : std::numeric_limits<double>::quiet_NaN();
  }

  void local_gradient(std::span<const double> theta, SampleIndices batch,
                      std::span<double> gradient) override {
    set_parameters(theta);
    Examples& examples = select(batch);
    const auto slope = [&](TileGroup<T> outputs, std::size_t first_tile, TileGroup<T> to) {
      for (std::size_t t = 0; t < outputs.count; ++t)
        put_slope(examples.targets, outputs.tile(t), (first_tile + t) * lanes, to.tile(t));
    };
    if (!pullback_) pullback_.emplace(request_.realisations, request_.threads);
    pullback_->run(theta_.data(), examples.inputs, slope, gradient_.data());
    std::ranges::copy(gradient_, gradient.begin());
  }

  void nonlocal_gradient(std::span<const double> theta, SampleIndices batch, std::uint64_t step,
                         std::span<double> gradient) override {
    set_parameters(theta);
    Examples& examples = select(batch);
    const std::size_t samples = request_.nonlocal.samples;
    const auto loss_at = [&](std::span<const T> at) { return is_stopped() ? 0.0 : measure(examples, at); };
    tangent::nonlocal_gradient<T>(*law_, {step * samples, samples}, theta_, loss_at, request_.threads,
                                  gradient_);
    std::ranges::copy(gradient_, gradient.begin());
  }

 private:
  struct Scratch {
    AlignedBuffer<T> packed = AlignedBuffer<T>(Network::parameter_count);
    typename RealisedForward<Network, T>::Workspace forward{tiles_per_group};
  };

  /// Inputs in tiles, and the rows of their targets.
  struct Examples {
    explicit Examples(std::size_t count) : inputs(count, Network::inputs, tiles_per_group) {}
    Features<T> inputs;
    Inputs targets;
  };

  /// The examples of a batch, in its order.
  void load(Examples& examples, SampleIndices batch) const {
    Inputs x = inputs_of(request_.x);
    if (!batch.empty()) x.count = batch.size(), x.order = batch.data();
    examples.targets = {request_.y.data(), x.count, Network::outputs, x.order};
    examples.inputs.resize(x.count);
    for (std::size_t g = 0; g < examples.inputs.groups(); ++g)
      load_inputs(x, examples.inputs.first_tile(g), examples.inputs.group(g));
  }
  Examples& select(SampleIndices batch) {
    if (batch.empty()) return all_;
    if (!batch_) batch_.emplace(batch.size());
    load(*batch_, batch);
    return *batch_;
  }

  [[nodiscard]] bool is_stopped() const { return request_.is_stopped && request_.is_stopped(); }

  /// θ in the scalar of the network.
  void set_parameters(std::span<const double> theta) {
    std::ranges::transform(theta, theta_.begin(), [](double value) { return static_cast<T>(value); });
  }

  /// L(θ), by the calling thread with its own scratch.
  double measure(Examples& examples, std::span<const T> theta) {
    auto& [packed, forward] = scratch_[static_cast<std::size_t>(omp_get_thread_num())];
    expr::pack_parameters(typename Network::Stages{}, theta.data(), packed.data());
    double sum = 0;
    for (std::size_t g = 0; g < examples.inputs.groups(); ++g) {
      const TileGroup<T> outputs = forward_.at_origin(forward, packed.data(), examples.inputs.group(g), 0);
      for (std::size_t t = 0; t < outputs.count; ++t)
        sum += measure(examples.targets, outputs.tile(t), (examples.inputs.first_tile(g) + t) * lanes);
    }
    return sum / static_cast<double>(examples.targets.count);
  }

  /// Σ ℓ of a tile, whose samples are `first`, first + 1, ...
  double measure(const Inputs& targets, const T* tile, std::size_t first) const {
    return with_loss(request_.loss, [&](auto law) {
      double sum = 0;
      for_samples(targets, tile, first,
                  [&](std::span<double> f, std::span<const double> y, std::size_t /*lane*/) {
                    sum += law.measure(f, y);
                  });
      return sum;
    });
  }

  /// ∂ℓ/∂f of a tile over the number of samples, 0 in lanes without one.
  void put_slope(const Inputs& targets, const T* tile, std::size_t first, T* to) const {
    std::fill_n(to, Network::outputs * lanes, T(0));
    with_loss(request_.loss, [&](auto law) {
      for_samples(targets, tile, first,
                  [&](std::span<double> f, std::span<const double> y, std::size_t lane) {
                    law.put_slope(f, y);
                    for (std::size_t o = 0; o < f.size(); ++o)
                      to[o * lanes + lane] = static_cast<T>(f[o] / static_cast<double>(targets.count));
                  });
    });
  }

  /// action(f, y, lane) for the samples of a tile; f is a copy.
  template <class Action>
  static void for_samples(const Inputs& targets, const T* tile, std::size_t first, const Action& action) {
    std::array<double, Network::outputs> f;
    for (std::size_t lane = 0; lane < std::min(lanes, targets.count - first); ++lane) {
      for (std::size_t o = 0; o < f.size(); ++o) f[o] = static_cast<double>(tile[o * lanes + lane]);
      action(f, std::span(targets.row(first + lane), f.size()), lane);
    }
  }

  DescentRequest request_;
  std::unique_ptr<tangent::Interaction<T>> law_;
  Examples all_;
  std::optional<Examples> batch_;  ///< made with the first batch
  std::vector<T> theta_, gradient_;
  RealisedForward<Network, T> forward_;
  std::optional<Pullback<Network, T>> pullback_;  ///< made with the first local gradient
  std::vector<Scratch> scratch_;                  ///< one a thread
};

}  // namespace nntk::tool
