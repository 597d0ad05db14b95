// SPDX-License-Identifier: BSD-3-Clause
//
// The descent of a compiled architecture: its loss by tiles, and the gradients of that. A stochastic network
// is trained as the mean of its realisations, the same at every step.
//
//   inputs   [group][tile][feature][lane], loaded once
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
        inputs_(request.x.count, Network::inputs, tiles_per_group),
        targets_{request.y.data(), request.x.count, Network::outputs},
        theta_(Network::parameter_count),
        gradient_(Network::parameter_count),
        forward_(request.realisations),
        scratch_(static_cast<std::size_t>(request.threads)) {
    for (std::size_t g = 0; g < inputs_.groups(); ++g)
      load_inputs(inputs_of(request.x), inputs_.first_tile(g), inputs_.group(g));
  }

  [[nodiscard]] double loss(std::span<const double> theta) override {
    set_parameters(theta);
    const bool is_finite = std::ranges::all_of(theta_, [](T value) { return std::isfinite(value); });
    return is_finite ? measure(theta_) : std::numeric_limits<double>::quiet_NaN();
  }

  void local_gradient(std::span<const double> theta, std::span<double> gradient) override {
    set_parameters(theta);
    const auto slope = [this](TileGroup<T> outputs, std::size_t first_tile, TileGroup<T> to) {
      for (std::size_t t = 0; t < outputs.count; ++t)
        put_slope(outputs.tile(t), (first_tile + t) * lanes, to.tile(t));
    };
    if (!pullback_) pullback_.emplace(request_.realisations, request_.threads);
    pullback_->run(theta_.data(), inputs_, slope, gradient_.data());
    std::ranges::copy(gradient_, gradient.begin());
  }

  void nonlocal_gradient(std::span<const double> theta, std::uint64_t step,
                         std::span<double> gradient) override {
    set_parameters(theta);
    const std::size_t samples = request_.nonlocal.samples;
    const auto loss_at = [this](std::span<const T> at) { return is_stopped() ? 0.0 : measure(at); };
    tangent::nonlocal_gradient<T>(*law_, {step * samples, samples}, theta_, loss_at, request_.threads,
                                  gradient_);
    std::ranges::copy(gradient_, gradient.begin());
  }

 private:
  struct Scratch {
    AlignedBuffer<T> packed = AlignedBuffer<T>(Network::parameter_count);
    typename RealisedForward<Network, T>::Workspace forward{tiles_per_group};
  };

  [[nodiscard]] bool is_stopped() const { return request_.is_stopped && request_.is_stopped(); }

  /// θ in the scalar of the network.
  void set_parameters(std::span<const double> theta) {
    std::ranges::transform(theta, theta_.begin(), [](double value) { return static_cast<T>(value); });
  }

  /// L(θ), by the calling thread with its own scratch.
  double measure(std::span<const T> theta) {
    auto& [packed, forward] = scratch_[static_cast<std::size_t>(omp_get_thread_num())];
    expr::pack_parameters(typename Network::Stages{}, theta.data(), packed.data());
    double sum = 0;
    for (std::size_t g = 0; g < inputs_.groups(); ++g) {
      const TileGroup<T> outputs = forward_.at_origin(forward, packed.data(), inputs_.group(g), 0);
      for (std::size_t t = 0; t < outputs.count; ++t)
        sum += measure(outputs.tile(t), (inputs_.first_tile(g) + t) * lanes);
    }
    return sum / static_cast<double>(targets_.count);
  }

  /// Σ ℓ of a tile, whose samples are `first`, first + 1, ...
  double measure(const T* tile, std::size_t first) const {
    return with_loss(request_.loss, [&](auto law) {
      double sum = 0;
      for_samples(tile, first, [&](std::span<double> f, std::span<const double> y, std::size_t /*lane*/) {
        sum += law.measure(f, y);
      });
      return sum;
    });
  }

  /// ∂ℓ/∂f of a tile over the number of samples, 0 in lanes without one.
  void put_slope(const T* tile, std::size_t first, T* to) const {
    std::fill_n(to, Network::outputs * lanes, T(0));
    with_loss(request_.loss, [&](auto law) {
      for_samples(tile, first, [&](std::span<double> f, std::span<const double> y, std::size_t lane) {
        law.put_slope(f, y);
        for (std::size_t o = 0; o < f.size(); ++o)
          to[o * lanes + lane] = static_cast<T>(f[o] / static_cast<double>(targets_.count));
      });
    });
  }

  /// action(f, y, lane) for the samples of a tile; f is a copy.
  template <class Action>
  void for_samples(const T* tile, std::size_t first, const Action& action) const {
    std::array<double, Network::outputs> f;
    for (std::size_t lane = 0; lane < std::min(lanes, targets_.count - first); ++lane) {
      for (std::size_t o = 0; o < f.size(); ++o) f[o] = static_cast<double>(tile[o * lanes + lane]);
      action(f, std::span(targets_.row(first + lane), f.size()), lane);
    }
  }

  DescentRequest request_;
  std::unique_ptr<tangent::Interaction<T>> law_;
  Features<T> inputs_;
  Inputs targets_;
  std::vector<T> theta_, gradient_;
  RealisedForward<Network, T> forward_;
  std::optional<Pullback<Network, T>> pullback_;  ///< made with the first local gradient
  std::vector<Scratch> scratch_;                  ///< one a thread
};

}  // namespace nntk::tool
