// SPDX-License-Identifier: BSD-3-Clause
//
// An architecture as a Program: the one header that the translation unit of a kernel binary includes.
// Everything that depends on the architecture is instantiated here and nowhere else.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/tool/describe.hpp"
#include "nntk/tool/fma_peak.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

template <class Architecture, class T>
class SpecialisedProgram final : public Program {
  using Trace = Ntk<Architecture, T>;
  using PerOutput = OutputNtk<Architecture, T>;
  using Nonlocal = NonlocalKernel<Architecture, T>;

 public:
  [[nodiscard]] Description describe() const override {
    using Tangent = tangent::Local<Architecture, T, tangent::Reduction::trace>;
    const std::vector<T> theta(Architecture::parameter_count);
    const typename Trace::Workspace workspace{Trace(theta.data(), OutputMode::mean)};
    Description description;
    std::size_t index = 0;
    LayerDescription input;
    input.name = "Input";
    input.in = input.out = Architecture::inputs;
    description.layers = describe_stages(typename Architecture::Stages{}, index);
    description.layers.insert(description.layers.begin(), input);
    description.inputs = Architecture::inputs;
    description.outputs = Architecture::outputs;
    description.parameter_count = Architecture::parameter_count;
    description.scalar = sizeof(T) == sizeof(double) ? "f64" : "f32";
    description.instruction_set = std::string(simd::instruction_set());
    description.lanes = simd::lanes<T>;
    description.workspace_bytes = workspace.bytes();
    description.feature_bytes_per_sample = Trace::feature_rows * sizeof(T);
    description.flops_per_sample = Tangent::sample_cost.flops();
    description.flops_per_pair = Tangent::pair_cost.flops();
    description.has_infinite_width = has_infinite_width<Architecture>;
    return description;
  }

  void initialise(std::uint64_t seed, std::span<double> theta) const override {
    nntk::initialise<Architecture>(seed, theta);
  }

  void evaluate(std::span<const double> theta, Samples x, std::span<double> out) const override {
    constexpr std::size_t lanes = simd::lanes<T>;
    const std::vector<T> parameters(theta.begin(), theta.end());
    std::vector<T> packed(parameters.size());
    expr::pack_parameters(typename Architecture::Stages{}, parameters.data(), packed.data());
    expr::Values<Architecture, T> values(1);
    const Inputs inputs = inputs_of(x);
    for (std::size_t first = 0; first < x.count; first += lanes) {
      load_inputs(inputs, first / lanes, values.value(1));
      values.run(packed.data(), 1);
      for (std::size_t i = 0; i < std::min(lanes, x.count - first); ++i) {
        for (std::size_t o = 0; o < Architecture::outputs; ++o) {
          out[(first + i) * Architecture::outputs + o] =
              static_cast<double>(values.value(1).data[o * lanes + i]);
        }
      }
    }
  }

  void gram(const GramRequest& request) const override {
    const std::vector<T> theta(request.theta.begin(), request.theta.end());
    switch (request.kernel) {
      case KernelKind::ntk:
        return local_gram(request, theta);
      case KernelKind::nntk:
        return nonlocal_gram(request, theta);
      case KernelKind::nngp:
        return infinite_gram(request, InfiniteKind::nngp);
      case KernelKind::ntk_infinite:
        return infinite_gram(request, InfiniteKind::ntk);
    }
  }

  double displace(const NonlocalOptions& options, std::size_t sample,
                  std::span<double> displacement) const override {
    const std::vector<T> origin(displacement.size(), T(0));
    std::vector<T> displaced(displacement.size());
    const double norm = interaction(options)->displace(sample, origin, displaced).norm;
    std::copy(displaced.begin(), displaced.end(), displacement.begin());
    return norm * norm;
  }

  [[nodiscard]] double fma_peak() const override { return measure_fma_peak<T>(); }

 private:
  static Inputs inputs_of(Samples samples) {
    return {samples.values.data(), samples.count, Architecture::inputs};
  }

  template <class Kernel>
  static void run(const Kernel& kernel, const GramRequest& request, std::span<double> out) {
    Gram<Kernel> gram(kernel, request.x.count, request.x2.count, request.threads);
    gram.run(inputs_of(request.x), inputs_of(request.x2), out.data(), request.progress);
  }

  static void local_gram(const GramRequest& request, const std::vector<T>& theta) {
    if (request.outputs == OutputMode::sum || request.outputs == OutputMode::mean) {
      run(Trace(theta.data(), request.outputs), request, request.out);
    } else {
      run(PerOutput(theta.data(), request.outputs), request, request.out);
    }
  }

  static void nonlocal_gram(const GramRequest& request, const std::vector<T>& theta) {
    const NonlocalOptions& options = request.nonlocal;
    const auto law = interaction(options);
    const bool with_error = !request.error.empty();
    const Nonlocal kernel(theta, *law, options.samples, options.estimator, request.outputs, with_error,
                          request.threads);
    if (!with_error) return run(kernel, request, request.out);
    std::vector<double> moments(3 * request.out.size());
    run(kernel, request, moments);
    const std::size_t entries = entries_of(request.outputs, Architecture::outputs);
    for (std::size_t i = 0; i < request.out.size(); ++i) {
      const double* pair = moments.data() + (i / entries) * 3 * entries + i % entries;
      request.out[i] = pair[0];
      request.error[i] = kernel.standard_error(pair[entries], pair[2 * entries]);
    }
  }

  static void infinite_gram(const GramRequest& request, InfiniteKind kind) {
    if constexpr (has_infinite_width<Architecture>) {
      const InfiniteKernel<Architecture, T> kernel(kind, request.outputs);
      run(kernel, request, request.out);
      if (kernel.missed() > largest_missed) {
        throw DataError("an activation is too rough for its Hermite series, which misses a share of " +
                        std::to_string(kernel.missed()) + " of its variance (at most " +
                        std::to_string(largest_missed) + " is accepted)");
      }
    } else {
      throw UsageError(
          "this architecture has no infinite-width limit: it needs Dense before each activation and at the "
          "end of "
          "each Residual body");
    }
  }

  /// Share of an activation's variance that a Hermite series may miss.
  static constexpr double largest_missed = 1e-6;

  static std::unique_ptr<tangent::Interaction<T>> interaction(const NonlocalOptions& options) {
    const bool is_fixed = options.radius_law == RadiusLaw::fixed;
    return is_fixed ? with_radius(tangent::FixedRadius{options.radius}, options)
                    : with_radius(tangent::GaussianRadius{options.radius}, options);
  }
  template <class Radius>
  static std::unique_ptr<tangent::Interaction<T>> with_radius(Radius radius, const NonlocalOptions& options) {
    using tangent::GaussianDirection, tangent::RademacherDirection, tangent::Law;
    if (options.direction == DirectionLaw::gaussian) {
      return std::make_unique<Law<T, Radius, GaussianDirection>>(radius, GaussianDirection{}, options.seed);
    }
    return std::make_unique<Law<T, Radius, RademacherDirection>>(radius, RademacherDirection{}, options.seed);
  }
};

}  // namespace nntk::tool
