// SPDX-License-Identifier: BSD-3-Clause
//
// The loss ℓ(f, y) of one sample's outputs f (outputs,) and targets y (outputs,), and its slope:
//
//                    ℓ                      ∂ℓ/∂f
//   squared          ‖f − y‖²/2             f − y
//   cross-entropy    −Σ y log softmax f     softmax f − y       y: class probabilities
//
// A law has measure(f, y) and put_slope(f, y), which turns f into ∂ℓ/∂f. Neither allocates.
#pragma once

#include <cstddef>
#include <span>

#include "nntk/analysis/softmax.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

struct SquaredLoss {
  static double measure(std::span<const double> f, std::span<const double> y) {
    double sum = 0;
    for (std::size_t o = 0; o < f.size(); ++o) sum += (f[o] - y[o]) * (f[o] - y[o]);
    return sum / 2;
  }
  static void put_slope(std::span<double> f, std::span<const double> y) {
    for (std::size_t o = 0; o < f.size(); ++o) f[o] -= y[o];
  }
};

struct CrossEntropyLoss {
  static double measure(std::span<const double> f, std::span<const double> y) {
    return measure_cross_entropy(f, y);
  }
  static void put_slope(std::span<double> f, std::span<const double> y) {
    softmax_residual(f, y);
    for (double& slope : f) slope = -slope;
  }
};

/// action(law), of the law that is asked for.
template <class Action>
auto with_loss(Loss loss, const Action& action) {
  return loss == Loss::squared ? action(SquaredLoss{}) : action(CrossEntropyLoss{});
}

}  // namespace nntk::tool
