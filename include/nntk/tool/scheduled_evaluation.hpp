// SPDX-License-Identifier: BSD-3-Clause
//
// What the evaluations of all kernels have in common: the scheduler that they hand their parts to.
#pragma once

#include <cstddef>
#include <optional>

#include "nntk/kernel/gram.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

inline Inputs inputs_of(Samples samples) {
  const std::size_t width = samples.count == 0 ? 0 : samples.values.size() / samples.count;
  return {samples.values.data(), samples.count, width};
}

template <class T>
class ScheduledEvaluation : public GramEvaluation {
 public:
  [[nodiscard]] std::size_t granularity() const override { return gram_->granularity(); }
  [[nodiscard]] bool keeps_features() const override { return gram_->keeps_features(); }
  [[nodiscard]] Part whole() const override { return gram_->whole(); }
  void prepare(const nntk::Progress& progress) override { gram_->prepare(progress); }
  void evaluate(const Part& part, const GramValues& to, const nntk::Progress& progress) override {
    gram_->evaluate(part, {to.values.data(), to.turned.empty() ? nullptr : to.turned.data()}, progress);
  }

 protected:
  /// The kernel must live as long.
  template <class Kernel>
  void schedule(const Kernel& kernel, const GramRequest& request) {
    gram_.emplace(kernel, inputs_of(request.x), inputs_of(request.x2), request.threads);
  }

 private:
  std::optional<Gram<T>> gram_;
};

}  // namespace nntk::tool
