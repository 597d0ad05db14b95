// SPDX-License-Identifier: BSD-3-Clause
//
// How the draws of a nonlocal kernel spread, for one pair of tiles: the moments from which standard_error.hpp
// tells the error of each entry. An entry is K = Σ_k D_k D'_k, of the first degree in the draws, or K =
// Σ_km H_km with H_km = C_km (D_k D'_m + D_m D'_k)/2, of the second. Draw k has the share
//
//   t_k = D_k D'_k      or      t_k = D_k E'_k + E⁻_k D'_k,  E = C D/2, E⁻ without the draw itself,
//
// whose departures from its weight's part of Σ t are summed up in squares. Of the second degree a draw and
// its neighbour have H_km, whose squares tell how much of that spread is met twice.
#pragma once

#include <algorithm>
#include <cstddef>

#include "nntk/kernel/block.hpp"
#include "nntk/kernel/contraction.hpp"
#include "nntk/kernel/correlated.hpp"
#include "nntk/kernel/sample_weights.hpp"

namespace nntk {

/// square += t² for a pair of tiles.
template <class T>
void add_square(const T* t, T* square) {
  using Batch = simd::Batch<T>;
  for (std::size_t at = 0; at < Block<T>::tile_size; at += simd::width<T>) {
    const Batch value = Batch::load_aligned(t + at);
    simd::fma(value, value, Batch::load_aligned(square + at)).store_aligned(square + at);
  }
}

/// sum += weight · t for a pair of tiles.
template <class T>
void add_weighted(const T* t, double weight, T* sum) {
  using Batch = simd::Batch<T>;
  for (std::size_t at = 0; at < Block<T>::tile_size; at += simd::width<T>) {
    const Batch factor(static_cast<T>(weight));
    simd::fma(factor, Batch::load_aligned(t + at), Batch::load_aligned(sum + at)).store_aligned(sum + at);
  }
}

/// t −= (a + a')/2 · sum for a pair of tiles, a of each row and a' of each column.
template <class T>
void subtract_part(const T* left, const T* right, const T* sum, T* t) {
  using Batch = simd::Batch<T>;
  constexpr std::size_t lanes = simd::lanes<T>;
  for (std::size_t row = 0; row < lanes; ++row) {
    for (std::size_t v = 0; v < lanes; v += simd::width<T>) {
      const std::size_t at = row * lanes + v;
      const Batch weight = Batch(T(0.5)) * (Batch(left[row]) + Batch::load_aligned(right + v));
      (Batch::load_aligned(t + at) - weight * Batch::load_aligned(sum + at)).store_aligned(t + at);
    }
  }
}

/// Samples that one pass of a kernel of the first degree holds.
struct SamplePass {
  std::size_t first, count, together;
};

/// weighted += Σ a t and squares += Σ t² over the draws of a pass, t = Σ D_k D'_k over the samples of one and
/// over the outputs. Rows of D: k, and `count` rows on for the next output. Cost for a pair of inputs: O M
/// multiply-adds.
template <class T>
void add_pass_moments(const T* left, const T* right, std::size_t outputs, const SampleWeights& weights,
                      SamplePass pass, T* weighted, T* squares) {
  constexpr std::size_t lanes = simd::lanes<T>;
  alignas(simd::alignment) T t[Block<T>::tile_size];
  for (std::size_t first = 0; first < pass.count; first += pass.together) {
    std::fill_n(t, Block<T>::tile_size, T(0));
    for (std::size_t k = first; k < first + pass.together; ++k)
      contract_tile<T>(left + k * lanes, right + k * lanes, outputs, Add<T>{t}, pass.count * lanes);
    add_weighted(t, weights.of_draw(pass.first + first), weighted);
    add_square(t, squares);
  }
}

/// The rows of one tile: of sample k, k rows on; of the next output, as many rows on as there are samples.
template <class T>
struct SpreadRows {
  const T *responses, *correlated, *others;  ///< D, E, E⁻; D alone where the degree is the first
  const T* weights;                          ///< own ones, by draw; null where all inputs have the same
};

template <class T>
class Spread {
 public:
  /// `correlated` is null where the degree is the first. Of `outputs` outputs the sum is taken.
  Spread(const SampleWeights& weights, const Correlated<T>* correlated, std::size_t samples,
         std::size_t together, std::size_t outputs)
      : weights_(weights),
        correlated_(correlated),
        samples_(samples),
        together_(together),
        outputs_(outputs) {}

  /// squares += Σ (t_k − ā_k Σ t)² and neighbours += Σ H_km² for a pair of tiles. Cost for a pair of inputs:
  /// 2 O M multiply-adds, of the second degree 6 O M, with antithetic pairs 8 O M.
  void accumulate(const SpreadRows<T>& left, const SpreadRows<T>& right, T* squares, T* neighbours) const {
    alignas(simd::alignment) T sum[tile_size], term[tile_size];
    clear(sum);
    add_terms(left, right, 0, outputs_ * samples_, lanes, sum);
    for (std::size_t first = 0; first < samples_; first += together_) {
      clear(term);
      for (std::size_t k = first; k < first + together_; ++k)
        add_terms(left, right, k, outputs_, samples_ * lanes, term);
      subtract_part_of(first, left, right, sum, term);
      add_square(term, squares);
      if (correlated_ == nullptr || !correlated_->has_neighbour(first)) continue;
      clear(term);
      for (std::size_t k = first; k < first + together_; ++k) add_neighbours(left, right, k, term);
      add_square(term, neighbours);
    }
  }

 private:
  static constexpr std::size_t lanes = simd::lanes<T>, tile_size = Block<T>::tile_size;

  static void clear(T* tile) { std::fill_n(tile, tile_size, T(0)); }

  /// to += the terms of `depth` rows from `row` on that are `stride` numbers apart.
  void add_terms(const SpreadRows<T>& left, const SpreadRows<T>& right, std::size_t row, std::size_t depth,
                 std::size_t stride, T* to) const {
    const std::size_t at = row * lanes;
    const T* partner = correlated_ == nullptr ? right.responses : right.correlated;
    contract_tile<T>(left.responses + at, partner + at, depth, Add<T>{to}, stride);
    if (correlated_ != nullptr)
      contract_tile<T>(left.others + at, right.responses + at, depth, Add<T>{to}, stride);
  }

  void subtract_part_of(std::size_t first, const SpreadRows<T>& left, const SpreadRows<T>& right,
                        const T* sum, T* term) const {
    const std::size_t at = first / together_ * lanes;
    if (left.weights != nullptr) return subtract_part(left.weights + at, right.weights + at, sum, term);
    alignas(simd::alignment) T common[lanes];
    std::fill_n(common, lanes, static_cast<T>(weights_.of_draw(first)));
    subtract_part(common, common, sum, term);
  }

  /// to += Σ_m H_km over the samples m of the neighbour of the draw of sample k.
  void add_neighbours(const SpreadRows<T>& left, const SpreadRows<T>& right, std::size_t k, T* to) const {
    const std::size_t stride = samples_ * lanes;
    for (std::size_t m = 0; m < together_; ++m) {
      const auto [sample, half] = correlated_->neighbour(k, m);
      const ScaleAdd<T> add{to, simd::Batch<T>(half)};
      contract_tile<T>(left.responses + k * lanes, right.responses + sample * lanes, outputs_, add, stride);
      contract_tile<T>(left.responses + sample * lanes, right.responses + k * lanes, outputs_, add, stride);
    }
  }

  const SampleWeights& weights_;
  const Correlated<T>* correlated_;
  std::size_t samples_, together_, outputs_;
};

}  // namespace nntk
