// SPDX-License-Identifier: BSD-3-Clause
//
// The weights a_k of the samples of a nonlocal kernel, Σ a = 1: all 1/M, or those of attention.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace nntk {

class SampleWeights {
 public:
  /// `together`: as many samples in a row are one draw. No weights: all alike.
  SampleWeights(std::span<const double> weights, std::size_t samples, std::size_t together)
      : weights_(weights.begin(), weights.end()), together_(together), is_uniform_(weights.empty()) {
    if (is_uniform_) weights_.assign(samples, 1 / static_cast<double>(samples));
    for (std::size_t k = 0; k < samples; k += together) squares_ += of_draw(k) * of_draw(k);
  }

  [[nodiscard]] bool is_uniform() const { return is_uniform_; }
  [[nodiscard]] double operator[](std::size_t k) const { return weights_[k]; }
  [[nodiscard]] std::size_t draws() const { return weights_.size() / together_; }
  /// Σ a over the samples that are drawn together, from the first of them on.
  [[nodiscard]] double of_draw(std::size_t first) const {
    double sum = 0;
    for (std::size_t k = first; k < first + together_; ++k) sum += weights_[k];
    return sum;
  }
  /// Σ (Σ a)² over the draws: one over their effective number.
  [[nodiscard]] double squares() const { return squares_; }

 private:
  std::vector<double> weights_;
  std::size_t together_;
  bool is_uniform_;
  double squares_ = 0;
};

}  // namespace nntk
