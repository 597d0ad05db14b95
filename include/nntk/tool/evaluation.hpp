// SPDX-License-Identifier: BSD-3-Clause
//
// What answers a GramRequest: a kernel and its scheduler, allocated once, that can be run again and again,
// whole or in parts.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/kernel/attention.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/tool/program.hpp"
#include "nntk/tool/scheduled_evaluation.hpp"

namespace nntk::tool {

/// θ in the kernel's own scalar: the request's own numbers, or in single precision a copy.
template <class T>
class Parameters {
 public:
  explicit Parameters(std::span<const double> theta)
    requires std::same_as<T, double>
      : values_(theta) {}
  explicit Parameters(std::span<const double> theta) : copy_(theta.begin(), theta.end()), values_(copy_) {}
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;
  [[nodiscard]] std::span<const T> values() const { return values_; }

 private:
  std::vector<T> copy_;
  std::span<const T> values_;
};

template <class Network, class T, tangent::Reduction reduction>
class LocalEvaluation final : public ScheduledEvaluation<T> {
 public:
  explicit LocalEvaluation(const GramRequest& request)
      : theta_(request.theta), kernel_(request.outputs, request.realisations) {
    this->schedule(kernel_, request);
  }

  void prepare(const nntk::Progress& progress) override {
    kernel_.set_parameters(theta_.values().data());
    ScheduledEvaluation<T>::prepare(progress);
  }

 private:
  Parameters<T> theta_;
  LocalKernel<Network, T, reduction> kernel_;
};

/// Unbiased has no term left where all weight lies on one draw. `left`: the share of the others.
inline void require_several(double left, Estimator estimator) {
  if (estimator == Estimator::unbiased && !(left > 1e-8))
    throw DataError("the attention leaves one displacement of all, expected several: raise the temperature");
}

/// The attention that a user asked for, as weights of the samples; empty for none.
template <class Network, class T>
std::vector<double> weights_for(const GramRequest& request, const tangent::Interaction<T>& law,
                                std::span<const T> theta) {
  const NonlocalOptions& options = request.nonlocal;
  const auto attend_to = [&](const auto& score) {
    auto weights = attend(law, theta, options.samples, options.temperature, score, request.threads);
    const SampleWeights spread(weights, options.samples, options.antithetic ? 2 : 1);
    require_several(1 - spread.squares(), options.estimator);
    return weights;
  };
  switch (options.attention) {
    case AttentionKind::distance:
      return attend_to(DistanceScore{});
    case AttentionKind::dot:
      return attend_to(DotScore(options.seed, options.sketch_rows, theta));
    case AttentionKind::response:
      return attend_to(
          ResponseScore<Network, T>(theta, inputs_of(options.anchors), request.realisations.seed));
    default:
      return {};
  }
}

template <class Network, class T>
class NonlocalEvaluation final : public ScheduledEvaluation<T> {
 public:
  NonlocalEvaluation(const GramRequest& request, std::unique_ptr<tangent::Interaction<T>> law)
      : theta_(request.theta),
        law_(std::move(law)),
        kernel_(theta_.values(), *law_, request.nonlocal.samples, request.nonlocal.estimator, request.outputs,
                request.with_error, request.threads, weights_for<Network, T>(request, *law_, theta_.values()),
                request.realisations,
                request.nonlocal.attention == AttentionKind::own ? request.nonlocal.temperature : 0,
                request.in_parts ? std::numeric_limits<std::size_t>::max() : Kernel::rows_per_pass),
        estimator_(request.nonlocal.estimator),
        entries_(entries_of(request.outputs, Network::outputs)),
        with_error_(request.with_error) {
    this->schedule(kernel_, request);
  }

  void evaluate(const Part& part, const GramValues& to, const nntk::Progress& progress) override {
    if (with_error_) {
      moments_.resize(3 * to.values.size());
      turned_moments_.resize(3 * to.turned.size());
      ScheduledEvaluation<T>::evaluate(part, {moments_, turned_moments_}, progress);
      find_errors(moments_, to.values, to.errors);
      find_errors(turned_moments_, to.turned, to.turned_errors);
    } else {
      ScheduledEvaluation<T>::evaluate(part, to, progress);
    }
    require_several(kernel_.least_weight_left(), estimator_);
  }

 private:
  using Kernel = NonlocalKernel<Network, T>;

  void find_errors(std::span<const double> moments, std::span<double> values,
                   std::span<double> errors) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double* pair = moments.data() + (i / entries_) * 3 * entries_ + i % entries_;
      values[i] = pair[0];
      errors[i] = kernel_.standard_error(pair[0], pair[entries_], pair[2 * entries_]);
    }
  }

  Parameters<T> theta_;
  std::unique_ptr<tangent::Interaction<T>> law_;
  Kernel kernel_;
  Estimator estimator_;
  std::size_t entries_;
  bool with_error_;
  std::vector<double> moments_, turned_moments_;  ///< K, Σ a t, Σ t² of each entry of a pair
};

template <class Network, class T>
class InfiniteEvaluation final : public ScheduledEvaluation<T> {
 public:
  InfiniteEvaluation(const GramRequest& request, InfiniteKind kind)
      : kernel_(kind, request.outputs, request.realisations) {
    this->schedule(kernel_, request);
  }

  /// Throws DataError where the Hermite series of an activation is not accurate on these inputs.
  void prepare(const nntk::Progress& progress) override {
    ScheduledEvaluation<T>::prepare(progress);
    if (kernel_.missed() > largest_missed) {
      throw DataError("an activation is too rough for its Hermite series, which misses a share of " +
                      std::to_string(kernel_.missed()) + " of its variance (at most " +
                      std::to_string(largest_missed) + " is accepted)");
    }
  }

 private:
  /// Share of an activation's variance that a Hermite series may miss.
  static constexpr double largest_missed = 1e-6;
  InfiniteKernel<Network, T> kernel_;
};

}  // namespace nntk::tool
