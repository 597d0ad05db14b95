// SPDX-License-Identifier: BSD-3-Clause
//
// A program without a compiler: one Dense layer f(x) = W x/√d, of which every kernel is known. It stands in
// for a compiled architecture wherever the command line is tested.
//
//   Θ_oo'(x,x') = δ_oo' ⟨x,x'⟩/d, local, nonlocal and infinitely wide alike
//
// The nonlocal one takes its time, as a true one would: a microsecond a sample and row, at most 10 ms a row.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <thread>

#include "nntk/error.hpp"
#include "nntk/tool/program.hpp"
#include "tool/linear_descent.hpp"

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

  [[nodiscard]] std::function<void()> prepare(const GramRequest& request) const override {
    return [this, request] { write_gram(request); };
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
  void write_gram(const GramRequest& request) const {
    const Samples x2 = request.x2.count == 0 ? request.x : request.x2;
    const std::size_t entries = entries_of(request.outputs, outputs_);
    for (std::size_t i = 0; i < request.x.count; ++i) {
      if (request.kernel == KernelKind::nntk) linger(request.nonlocal.samples);
      for (std::size_t j = 0; j < x2.count; ++j)
        write(request.outputs, product(&request.x.values[i * inputs_], &x2.values[j * inputs_]) / width(),
              request.out.subspan((i * x2.count + j) * entries, entries));
      if (request.progress &&
          !request.progress(static_cast<double>(i + 1) / static_cast<double>(request.x.count)))
        throw Interrupted();
    }
    for (double& error : request.error) error = 0;
  }

  static void linger(std::size_t samples) {
    std::this_thread::sleep_for(std::chrono::microseconds(std::min<std::size_t>(samples, 10000)));
  }
  [[nodiscard]] double width() const { return static_cast<double>(inputs_); }
  double product(const double* a, const double* b) const { return product(a, b, inputs_); }
  static double product(const double* a, const double* b, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
  }
  void write(OutputMode mode, double value, std::span<double> entries) const {
    for (std::size_t e = 0; e < entries.size(); ++e) {
      const auto [left, right] = output_pair(mode, outputs_, e);
      entries[e] = left == right ? value : 0;
    }
    if (mode == OutputMode::sum) entries[0] *= static_cast<double>(outputs_);
  }

  std::size_t inputs_, outputs_;
};

}  // namespace nntk::tool::test
