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
#include <utility>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/forward.hpp"
#include "nntk/tool/describe.hpp"
#include "nntk/tool/evaluation.hpp"
#include "nntk/tool/fma_peak.hpp"
#include "nntk/tool/laws.hpp"
#include "nntk/tool/program.hpp"
#include "nntk/tool/specialised_descent.hpp"

namespace nntk::tool {

template <class Architecture, class T>
class SpecialisedProgram final : public Program {
  using Trace = Ntk<Architecture, T>;

 public:
  [[nodiscard]] Description describe() const override {
    using Tangent = tangent::Local<Architecture, T, tangent::Reduction::trace>;
    const typename Trace::Workspace workspace{Trace(OutputMode::mean)};
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
    description.flops_per_full_pair =
        tangent::Local<Architecture, T, tangent::Reduction::outputs>::pair_cost.flops();
    description.has_infinite_width = has_infinite_width<Architecture>;
    description.noise_count = Architecture::noise_count;
    return description;
  }

  void initialise(std::uint64_t seed, std::span<double> theta) const override {
    nntk::initialise<Architecture>(seed, theta);
  }

  void evaluate(std::span<const double> theta, const Realisations& realisations, Samples x,
                std::span<double> out) const override {
    const std::vector<T> parameters(theta.begin(), theta.end());
    std::ranges::copy(forward<Architecture, T>(parameters, inputs_of(x), realisations), out.begin());
  }

  [[nodiscard]] std::unique_ptr<GramEvaluation> prepare(const GramRequest& request) const override {
    switch (request.kernel) {
      case KernelKind::ntk:
        return prepare_local(request);
      case KernelKind::nntk:
        return std::make_unique<NonlocalEvaluation<Architecture, T>>(
            request, make_interaction<Architecture, T>(request.nonlocal));
      case KernelKind::nngp:
        return prepare_infinite(request, InfiniteKind::nngp);
      case KernelKind::ntk_infinite:
        return prepare_infinite(request, InfiniteKind::ntk);
    }
    return nullptr;
  }

  [[nodiscard]] std::unique_ptr<Descent> prepare_descent(const DescentRequest& request) const override {
    return std::make_unique<SpecialisedDescent<Architecture, T>>(request);
  }

  double displace(const NonlocalOptions& options, std::size_t sample,
                  std::span<double> displacement) const override {
    const std::vector<T> origin(displacement.size(), T(0));
    std::vector<T> displaced(displacement.size());
    const double norm = make_interaction<Architecture, T>(options)->displace(sample, origin, displaced).norm;
    std::copy(displaced.begin(), displaced.end(), displacement.begin());
    return norm * norm;
  }

  [[nodiscard]] double fma_peak() const override { return measure_fma_peak<T>(); }

 private:
  static std::unique_ptr<GramEvaluation> prepare_local(const GramRequest& request) {
    using tangent::Reduction;
    if (request.outputs == OutputMode::sum || request.outputs == OutputMode::mean)
      return std::make_unique<LocalEvaluation<Architecture, T, Reduction::trace>>(request);
    return std::make_unique<LocalEvaluation<Architecture, T, Reduction::outputs>>(request);
  }

  static std::unique_ptr<GramEvaluation> prepare_infinite(const GramRequest& request, InfiniteKind kind) {
    if constexpr (has_infinite_width<Architecture>) {
      return std::make_unique<InfiniteEvaluation<Architecture, T>>(request, kind);
    } else {
      throw UsageError(
          "this architecture has no infinite-width limit: it needs Dense before each activation, in each "
          "Residual body, before a Residual whose body ends with an activation, and before what draws a "
          "number "
          "a unit");
    }
  }
};

}  // namespace nntk::tool
