// SPDX-License-Identifier: BSD-3-Clause
//
// What answers a GramRequest: a kernel and its scheduler, allocated once, that can be run again and again.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/kernel/attention.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

inline Inputs inputs_of(Samples samples) {
  const std::size_t width = samples.count == 0 ? 0 : samples.values.size() / samples.count;
  return {samples.values.data(), samples.count, width};
}

/// The scheduler of a kernel, sized for a request. Both live as long as the evaluation.
template <class Kernel>
Gram<Kernel> scheduler_of(const Kernel& kernel, const GramRequest& request) {
  return {kernel, request.x.count, request.x2.count, request.threads};
}
template <class Kernel>
void run(Gram<Kernel>& gram, const GramRequest& request, std::span<double> out) {
  gram.run(inputs_of(request.x), inputs_of(request.x2), out.data(), request.progress);
}

/// θ in the kernel's own scalar.
template <class T>
std::vector<T> parameters_of(const GramRequest& request) {
  return {request.theta.begin(), request.theta.end()};
}

template <class Network, class T, tangent::Reduction reduction>
class LocalEvaluation {
 public:
  explicit LocalEvaluation(const GramRequest& request)
      : request_(request),
        theta_(parameters_of<T>(request)),
        kernel_(request.outputs, request.realisations),
        gram_(scheduler_of(kernel_, request)) {}

  void operator()() {
    kernel_.set_parameters(theta_.data());
    run(gram_, request_, request_.out);
  }

 private:
  using Kernel = LocalKernel<Network, T, reduction>;
  GramRequest request_;
  std::vector<T> theta_;
  Kernel kernel_;
  Gram<Kernel> gram_;
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
class NonlocalEvaluation {
 public:
  NonlocalEvaluation(const GramRequest& request, std::unique_ptr<tangent::Interaction<T>> law)
      : request_(request),
        theta_(parameters_of<T>(request)),
        law_(std::move(law)),
        kernel_(theta_, *law_, request.nonlocal.samples, request.nonlocal.estimator, request.outputs,
                !request.error.empty(), request.threads,
                weights_for<Network, T>(request, *law_, std::span<const T>(theta_)), request.realisations,
                request.nonlocal.attention == AttentionKind::own ? request.nonlocal.temperature : 0),
        gram_(scheduler_of(kernel_, request)),
        moments_(3 * request.error.size()) {}

  void operator()() {
    run(gram_, request_, request_.error.empty() ? request_.out : std::span<double>(moments_));
    require_several(kernel_.least_weight_left(), request_.nonlocal.estimator);
    if (request_.error.empty()) return;
    const std::size_t entries = entries_of(request_.outputs, Network::outputs);
    for (std::size_t i = 0; i < request_.out.size(); ++i) {
      const double* pair = moments_.data() + (i / entries) * 3 * entries + i % entries;
      request_.out[i] = pair[0];
      request_.error[i] = kernel_.standard_error(pair[0], pair[entries], pair[2 * entries]);
    }
  }

 private:
  using Kernel = NonlocalKernel<Network, T>;
  GramRequest request_;
  std::vector<T> theta_;
  std::unique_ptr<tangent::Interaction<T>> law_;
  Kernel kernel_;
  Gram<Kernel> gram_;
  std::vector<double> moments_;  ///< K, Σ a t, Σ t² of each entry of a pair
};

template <class Network, class T>
class InfiniteEvaluation {
 public:
  InfiniteEvaluation(const GramRequest& request, InfiniteKind kind)
      : request_(request),
        kernel_(kind, request.outputs, request.realisations),
        gram_(scheduler_of(kernel_, request)) {}

  /// Throws DataError where the Hermite series of an activation is not accurate on these inputs.
  void operator()() {
    run(gram_, request_, request_.out);
    if (kernel_.missed() > largest_missed) {
      throw DataError("an activation is too rough for its Hermite series, which misses a share of " +
                      std::to_string(kernel_.missed()) + " of its variance (at most " +
                      std::to_string(largest_missed) + " is accepted)");
    }
  }

 private:
  using Kernel = InfiniteKernel<Network, T>;
  /// Share of an activation's variance that a Hermite series may miss.
  static constexpr double largest_missed = 1e-6;
  GramRequest request_;
  Kernel kernel_;
  Gram<Kernel> gram_;
};

}  // namespace nntk::tool
