// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel of LinearProgram, Θ_oo'(x,x') = δ_oo' ⟨x,x'⟩/d, whole or in parts. Features are kept for all
// kinds. The nonlocal one takes its time, as a true one would: a microsecond a sample and row, at most 10 ms
// a row.
#pragma once

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

#include "nntk/error.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool::test {

class LinearEvaluation final : public GramEvaluation {
 public:
  LinearEvaluation(const GramRequest& request, std::size_t inputs, std::size_t outputs)
      : request_(request),
        x2_(request.x2.count == 0 ? request.x : request.x2),
        inputs_(inputs),
        outputs_(outputs),
        entries_(entries_of(request.outputs, outputs)) {}

  [[nodiscard]] std::size_t granularity() const override { return 4; }
  [[nodiscard]] bool keeps_features() const override { return true; }
  [[nodiscard]] Part whole() const override { return {{0, request_.x.count}, {0, x2_.count}}; }
  void prepare(const nntk::Progress& /*progress*/) override {}

  void evaluate(const Part& part, const GramValues& to, const nntk::Progress& progress) override {
    const auto [rows, columns] = part;
    for (std::size_t i = 0; i < rows.count; ++i) {
      if (request_.kernel == KernelKind::nntk) linger(request_.nonlocal.samples);
      for (std::size_t j = 0; j < columns.count; ++j) {
        const double value = product(rows.first + i, columns.first + j);
        write(value, to.values.subspan((i * columns.count + j) * entries_, entries_));
        if (!to.turned.empty()) write(value, to.turned.subspan((j * rows.count + i) * entries_, entries_));
      }
      if (progress && !progress(static_cast<double>(i + 1) / static_cast<double>(rows.count)))
        throw Interrupted();
    }
    std::ranges::fill(to.errors, 0.0);
    std::ranges::fill(to.turned_errors, 0.0);
  }

 private:
  static void linger(std::size_t samples) {
    std::this_thread::sleep_for(std::chrono::microseconds(std::min<std::size_t>(2 * samples, 10000)));
  }
  [[nodiscard]] double product(std::size_t i, std::size_t j) const {
    const auto x = request_.x.values.subspan(i * inputs_, inputs_);
    return std::inner_product(x.begin(), x.end(), &x2_.values[j * inputs_], 0.0) /
           static_cast<double>(inputs_);
  }
  void write(double value, std::span<double> entries) const {
    for (std::size_t e = 0; e < entries.size(); ++e) {
      const auto [left, right] = output_pair(request_.outputs, outputs_, e);
      entries[e] = left == right ? value : 0;
    }
    if (request_.outputs == OutputMode::sum) entries[0] *= static_cast<double>(outputs_);
  }

  GramRequest request_;
  Samples x2_;
  std::size_t inputs_, outputs_, entries_;
};

}  // namespace nntk::tool::test
