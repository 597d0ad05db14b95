// SPDX-License-Identifier: BSD-3-Clause
//
// Samples on their way into a kernel, and what a kernel keeps of them.
//
//   Inputs    (n, d) row-major numbers of the caller
//   Features  [tile][row][lane]: what `prepare` leaves for each sample and `accumulate` reads
//
// The last tile is filled up with copies of the last sample; nobody reads the results. Numbers that belong to
// outputs, (n, outputs) row-major, go in and out of tiles the same way.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "nntk/expr/tile.hpp"

namespace nntk {

/// A view of n samples of d numbers, row-major, or of n rows of those in any order.
struct Inputs {
  const double* data = nullptr;
  std::size_t count = 0;
  std::size_t width = 0;
  const std::size_t* order = nullptr;  ///< which row is sample i; null: row i

  [[nodiscard]] const double* row(std::size_t i) const {
    return data + (order == nullptr ? i : order[i]) * width;
  }
};

template <class T>
constexpr std::size_t tiles_of(std::size_t samples) {
  return (samples + simd::lanes<T> - 1) / simd::lanes<T>;
}

/// Copies samples [first_tile · lanes, ...) into the lanes of a group. Cost: one pass.
template <class T>
void load_inputs(const Inputs& inputs, std::size_t first_tile, TileGroup<T> to) {
  constexpr std::size_t lanes = simd::lanes<T>;
  for (std::size_t t = 0; t < to.count; ++t) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t sample = std::min((first_tile + t) * lanes + lane, inputs.count - 1);
      const double* from = inputs.row(sample);
      T* column = to.tile(t) + lane;
      for (std::size_t f = 0; f < inputs.width; ++f) column[f * lanes] = static_cast<T>(from[f]);
    }
  }
}

/// Calls work(tile, place in the tile, place in (n, outputs)) for each number of the samples of a group:
/// lanes without a sample are left out. `size`: n · outputs.
template <class T, class Work>
void for_each_output(std::size_t tiles, std::size_t outputs, std::size_t first_tile, std::size_t size,
                     const Work& work) {
  constexpr std::size_t lanes = simd::lanes<T>;
  for (std::size_t t = 0; t < tiles; ++t) {
    const std::size_t first = (first_tile + t) * lanes;
    for (std::size_t lane = 0; lane < std::min(lanes, size / outputs - first); ++lane)
      for (std::size_t o = 0; o < outputs; ++o) work(t, o * lanes + lane, (first + lane) * outputs + o);
  }
}
/// Copies the outputs of a group to rows (n, outputs). Cost: one pass.
template <class T>
void store_outputs(TileGroup<const T> from, std::size_t outputs, std::size_t first_tile, std::span<T> rows) {
  for_each_output<T>(from.count, outputs, first_tile, rows.size(),
                     [&](std::size_t t, std::size_t at, std::size_t row) { rows[row] = from.tile(t)[at]; });
}
/// And back, 0 in lanes without a sample.
template <class T>
void load_outputs(std::span<const T> rows, std::size_t outputs, std::size_t first_tile, TileGroup<T> to) {
  for (std::size_t row = 0; row < outputs; ++row) fill_row(to.from_row(row), T(0));
  for_each_output<T>(to.count, outputs, first_tile, rows.size(),
                     [&](std::size_t t, std::size_t at, std::size_t row) { to.tile(t)[at] = rows[row]; });
}

/// The features of a data set. Allocates samples · rows numbers, once.
template <class T>
class Features {
 public:
  Features(std::size_t samples, std::size_t rows, std::size_t tiles_per_group)
      : tiles_(tiles_of<T>(samples)),
        per_group_(tiles_per_group),
        stride_(rows * simd::lanes<T>),
        buffer_(tiles_ * stride_) {}

  /// From now on of so many samples; allocates only beyond those that it has had room for.
  void resize(std::size_t samples) {
    tiles_ = tiles_of<T>(samples);
    buffer_.resize(tiles_ * stride_);
  }

  [[nodiscard]] std::size_t tiles() const { return tiles_; }
  [[nodiscard]] std::size_t groups() const { return (tiles_ + per_group_ - 1) / per_group_; }
  [[nodiscard]] std::size_t first_tile(std::size_t group) const { return group * per_group_; }
  [[nodiscard]] TileGroup<T> group(std::size_t g) {
    return {buffer_.data() + g * per_group_ * stride_, stride_, size(g)};
  }
  [[nodiscard]] TileGroup<const T> group(std::size_t g) const {
    return {buffer_.data() + g * per_group_ * stride_, stride_, size(g)};
  }

 private:
  [[nodiscard]] std::size_t size(std::size_t g) const {
    return std::min(per_group_, tiles_ - g * per_group_);
  }

  std::size_t tiles_, per_group_, stride_;
  AlignedBuffer<T> buffer_;
};

}  // namespace nntk
