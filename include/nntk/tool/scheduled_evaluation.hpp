// SPDX-License-Identifier: BSD-3-Clause
//
// What the evaluations of all kernels have in common: the scheduler that they hand their parts to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "nntk/kernel/gram.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

inline Inputs inputs_of(Samples samples) {
  const std::size_t width = samples.count == 0 ? 0 : samples.values.size() / samples.count;
  return {samples.values.data(), samples.count, width};
}

/// Threads that have a hundredth of a millisecond's work each, where a kernel tells its multiply-adds: for
/// less they cost more than they take off. 64 inputs of widths 16 take 11 µs, with a second thread 30.
template <class Kernel>
int busy_threads(const Kernel& kernel, std::size_t samples) {
  if constexpr (requires { kernel.multiply_adds(samples); }) {
    constexpr double least = 3e5, most = 1e6;
    return 1 + static_cast<int>(std::min(most, kernel.multiply_adds(samples) / least));
  } else {
    return std::numeric_limits<int>::max();
  }
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
    const Inputs x = inputs_of(request.x), x2 = inputs_of(request.x2);
    const int busy = busy_threads(kernel, std::max(x.count, x2.count));
    gram_.emplace(kernel, x, x2, std::min(request.threads, busy));
  }

 private:
  std::optional<Gram<T>> gram_;
};

}  // namespace nntk::tool
