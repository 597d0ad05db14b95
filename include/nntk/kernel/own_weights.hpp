// SPDX-License-Identifier: BSD-3-Clause
//
// Attention of an input to its own responses: weights of the samples that differ by input,
//
//   a_k(x) = softmax_k(−‖Δ_k(x)‖²/τ)            parameters that leave x where it is count more
//
//   responses D [output][sample][lane]  ──▶  weights [sample][lane]  ──▶  of draws [draw][lane]
//
// The weights' rows hold at first what makes D² to Δ².
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "nntk/expr/tile.hpp"
#include "nntk/kernel/contraction.hpp"

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

/// D ← a D, or √a D of a kernel that is of the first degree in a.
template <class T>
void multiply_own(TileGroup<T> weights, std::size_t outputs, std::size_t samples, bool is_root,
                  TileGroup<T> responses) {
  for (std::size_t o = 0; o < outputs; ++o) {
    combine_rows<T>(read_only(weights), responses.from_row(o * samples), samples,
                    [&](auto d, auto a) { return (is_root ? xsimd::sqrt(a) : a) * d; });
  }
}

/// a of each draw ← Σ a over its samples, which follow each other.
template <class T>
void sum_own_draws(TileGroup<T> weights, std::size_t samples, std::size_t together) {
  for (std::size_t k = 0; k < samples; ++k) {
    const TileGroup<T> to = weights.from_row(k / together), from = weights.from_row(k);
    if (k % together == 0) {
      copy_rows(from, to, 1);
    } else {
      combine_rows<T>(read_only(from), to, 1, [](auto sum, auto a) { return sum + a; });
    }
  }
}

/// left ← 1 − turns · Σ a(x) a(x') over the draws, for a pair of tiles: what is left of Σ_km a_k(x) a_m(x')
/// without the terms of a draw with itself, if each turn holds its part of the weights. At least ε; returns
/// the least of all.
template <class T>
double own_weight_left(const T* a, const T* b, std::size_t draws, std::size_t turns, T* left) {
  using Batch = simd::Batch<T>;
  const Batch one(T(1)), factor(static_cast<T>(turns)), epsilon(std::numeric_limits<T>::epsilon());
  Batch least = one;
  contract_tile<T>(a, b, draws, [&](std::size_t at, Batch sum) {
    const Batch rest = xsimd::max(epsilon, one - factor * sum);
    least = xsimd::min(least, rest);
    rest.store_aligned(left + at);
  });
  alignas(simd::alignment) T numbers[simd::width<T>];
  least.store_aligned(numbers);
  return static_cast<double>(*std::min_element(numbers, numbers + simd::width<T>));
}

}  // namespace nntk
