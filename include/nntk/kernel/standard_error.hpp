// SPDX-License-Identifier: BSD-3-Clause
//
// The Monte-Carlo standard error of a nonlocal kernel, from the moments of its draws.
//
//   energy              V = m/(m−1) Σ (t − a K)², exact, the terms being independent
//   plugin, unbiased    V = J − 2 Σ_{k≠m} H_km², J = m/(m−1) Σ (2 t − a Σ 2 t)² enlarged for leaving one out:
//                       Tukey's jackknife, less the second-degree part that it meets twice (Efron and Stein
//                       1981); this part is at most half of J. Σ H² is taken from the pairs of neighbours.
//
// a is a draw's weight; with weights these are the errors of ratios, to first order, and the second-degree
// part is that of equal weights. Of a stochastic network it is the error over the displacements, its noise
// given; for the mean kernel the spread between realisations is in it, which makes it larger.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "nntk/kernel/estimator.hpp"
#include "nntk/kernel/sample_weights.hpp"

namespace nntk {

/// Of energy, given Σ a t and Σ t² over the draws.
inline double energy_error(const SampleWeights& weights, double value, double weighted_sum,
                           double sum_of_squares) {
  const double m = static_cast<double>(weights.draws());
  const double spread = sum_of_squares - 2 * value * weighted_sum + value * value * weights.squares();
  return std::sqrt(std::max(0.0, spread) * m / (m - 1));
}

/// Given Σ (t − ā Σ t)² and Σ H² over the neighbours among `draws`, 1/`turns` of which meet each draw.
inline double jackknife_error(Estimator estimator, std::size_t draws, std::size_t turns, double spread,
                              double neighbours) {
  const double m = static_cast<double>(draws);
  switch (estimator) {
    case Estimator::energy:
      return std::sqrt(spread * m / (m - 1));
    case Estimator::plugin:
      spread *= 4 * std::pow(m / (m - 1), 3);
      break;
    case Estimator::unbiased:
      spread *= 4 * m * (m - 1) / ((m - 2) * (m - 2));
      break;
  }
  return std::sqrt(std::max(spread / 2, spread - 2 * m / static_cast<double>(turns) * neighbours));
}

}  // namespace nntk
