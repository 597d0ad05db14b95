// SPDX-License-Identifier: BSD-3-Clause
//
// The Monte-Carlo standard error of a nonlocal kernel. K is a sum of terms t_k of its draws, and their spread
// tells that of K: exact for energy, whose t_k are independent; Tukey's jackknife for plugin and unbiased,
// whose expectation is at least the variance and at most twice it (Efron and Stein 1981). With weights, the
// spread of t_k about a_k times their sum. Of a stochastic network it is the error over the displacements,
// its noise given; for the mean kernel the spread between realisations is in it, which makes it larger.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nntk/kernel/block.hpp"
#include "nntk/kernel/estimator.hpp"
#include "nntk/kernel/sample_weights.hpp"

namespace nntk {

/// sum += weight · factor t and square += (factor t)², of the terms t of one draw for a pair of tiles.
template <class T>
void add_terms(const T* t, T factor, double weight, T* sum, T* square) {
  using Batch = simd::Batch<T>;
  for (std::size_t at = 0; at < Block<T>::tile_size; at += simd::width<T>) {
    const Batch value = Batch(factor) * Batch::load_aligned(t + at);
    simd::fma(Batch(static_cast<T>(weight)), value, Batch::load_aligned(sum + at)).store_aligned(sum + at);
    simd::fma(value, value, Batch::load_aligned(square + at)).store_aligned(square + at);
  }
}

/// Of an entry K, given Σ a t and Σ t² over the draws.
inline double standard_error(Estimator estimator, const SampleWeights& weights, double value,
                             double weighted_sum, double sum_of_squares) {
  const double m = static_cast<double>(weights.draws());
  // Σ (t − a Σt)²; with weights Σt is K, or 2 K where K is of the second degree in them.
  const double sum =
      weights.is_uniform() ? m * weighted_sum : (estimator == Estimator::energy ? 1 : 2) * value;
  const double spread =
      std::max(0.0, sum_of_squares - 2 * sum * weighted_sum + sum * sum * weights.squares());
  switch (estimator) {
    case Estimator::plugin:
      return std::sqrt(spread * std::pow(m / (m - 1), 3));
    case Estimator::unbiased:
      return std::sqrt(spread * m * (m - 1) / ((m - 2) * (m - 2)));
    default:
      return std::sqrt(spread * m / (m - 1));
  }
}

}  // namespace nntk
