// SPDX-License-Identifier: BSD-3-Clause
//
// A program without a compiler: one Dense layer f(x) = W x/√d, of which every kernel is known. It stands in
// for a compiled architecture wherever the command line is tested.
//
//   Θ_oo'(x,x') = δ_oo' ⟨x,x'⟩/d, local, nonlocal and infinitely wide alike
#pragma once

#include <cmath>
#include <random>

#include "nntk/error.hpp"
#include "nntk/tool/program.hpp"
#include "tool/linear_descent.hpp"
#include "tool/linear_evaluation.hpp"

namespace nntk::tool::test {

class LinearProgram : public Program {
 public:
  LinearProgram(std::size_t inputs, std::size_t outputs) : inputs_(inputs), outputs_(outputs) {}

  [[nodiscard]] Description describe() const override {
    const LayerDescription input{
        .name = "Input", .in = inputs_, .out = inputs_, .blocks = {}, .children = {}};
    const LayerDescription dense{.name = "Dense",
                                 .in = inputs_,
                                 .out = outputs_,
                                 .weight_scale = 1,
                                 .blocks = {{"1.weight", {outputs_, inputs_}, 0}},
                                 .children = {}};
    return {.layers = {input, dense},
            .inputs = inputs_,
            .outputs = outputs_,
            .parameter_count = inputs_ * outputs_,
            .scalar = "f64",
            .instruction_set = "sse2",
            .lanes = 1,
            .flops_per_pair = 2 * static_cast<double>(inputs_),
            .flops_per_full_pair = 2 * static_cast<double>(inputs_),
            .has_infinite_width = true};
  }

  void initialise(std::uint64_t seed, std::span<double> theta) const override {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    for (double& parameter : theta) parameter = normal(engine);
  }

  void evaluate(std::span<const double> theta, const Realisations& /*realisations*/, Samples x,
                std::span<double> out) const override {
    for (std::size_t i = 0; i < x.count; ++i)
      for (std::size_t o = 0; o < outputs_; ++o)
        out[i * outputs_ + o] = product(&x.values[i * inputs_], &theta[o * inputs_]) / std::sqrt(width());
  }

  [[nodiscard]] std::unique_ptr<GramEvaluation> prepare(const GramRequest& request) const override {
    return std::make_unique<LinearEvaluation>(request, inputs_, outputs_);
  }

  [[nodiscard]] std::unique_ptr<Descent> prepare_descent(const DescentRequest& request) const override {
    return std::make_unique<LinearDescent>(*this, request);
  }

  double displace(const NonlocalOptions& options, std::size_t sample,
                  std::span<double> displacement) const override {
    initialise(sample, displacement);
    const double norm = std::sqrt(product(displacement.data(), displacement.data(), displacement.size()));
    for (double& entry : displacement) entry *= options.radius / norm;
    return options.radius * options.radius;
  }

  [[nodiscard]] double fma_peak() const override { return 1e10; }

 private:
  [[nodiscard]] double width() const { return static_cast<double>(inputs_); }
  double product(const double* a, const double* b) const { return product(a, b, inputs_); }
  static double product(const double* a, const double* b, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
  }
  std::size_t inputs_, outputs_;
};

}  // namespace nntk::tool::test
