// SPDX-License-Identifier: BSD-3-Clause
//
// Attention of an input to its own responses: weights of the samples that differ by input,
//
//   a_k(x) = softmax_k(−‖Δ_k(x)‖²/τ)            parameters that leave x where it is count more
//
//   responses D [output][sample][lane]  ──▶  weights [sample][lane]
//
// The weights' rows hold at first what makes D² to Δ².
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "nntk/expr/tile.hpp"

namespace nntk {

/// Of one register of inputs: rows of responses and weights are `lanes` numbers apart.
template <class T>
void weigh_own_lanes(const T* responses, std::size_t outputs, std::size_t samples, double temperature,
                     T* weights) {
  using Batch = simd::Batch<T>;
  constexpr std::size_t lanes = simd::lanes<T>;
  // Divided by last, when the difference is 0 for the largest weight: neither overflows nor is 0 · ∞.
  const Batch tau(std::max(static_cast<T>(temperature), std::numeric_limits<T>::min()));
  Batch lowest(std::numeric_limits<T>::infinity()), sum(T(0));
  for (std::size_t k = 0; k < samples; ++k) {
    Batch square(T(0));
    for (std::size_t o = 0; o < outputs; ++o) {
      const Batch response = Batch::load_aligned(responses + (o * samples + k) * lanes);
      square = simd::fma(response, response, square);
    }
    square = square * Batch::load_aligned(weights + k * lanes);
    lowest = xsimd::min(lowest, square);
    square.store_aligned(weights + k * lanes);
  }
  for (std::size_t k = 0; k < samples; ++k) {
    const Batch weight = xsimd::exp((lowest - Batch::load_aligned(weights + k * lanes)) / tau);
    sum = sum + weight;
    weight.store_aligned(weights + k * lanes);
  }
  for (std::size_t k = 0; k < samples; ++k)
    (Batch::load_aligned(weights + k * lanes) / sum).store_aligned(weights + k * lanes);
}

/// The weights of a group's inputs. Cost: outputs · samples multiply-adds and `samples` exponentials a lane.
template <class T>
void weigh_own(TileGroup<T> responses, std::size_t outputs, std::size_t samples, double temperature,
               TileGroup<T> weights) {
  for (std::size_t t = 0; t < responses.count; ++t) {
    for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>)
      weigh_own_lanes<T>(responses.tile(t) + v, outputs, samples, temperature, weights.tile(t) + v);
  }
}

}  // namespace nntk
