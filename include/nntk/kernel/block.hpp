// SPDX-License-Identifier: BSD-3-Clause
//
// A block of the Gram matrix: all pairs of samples of two groups of tiles, in scratch that stays in cache.
//
//   [entry][tile of I][tile of J][lane of I][lane of J]
//
// Entries lie a cache line further apart than they are long: those of one pair of samples are written
// together, and 100 of them would otherwise share 8 sets of the first cache (2 to 5 % of the contraction of
// all pairs of 10 outputs).
#pragma once

#include <cstddef>
#include <limits>

#include "nntk/expr/tile.hpp"

namespace nntk {

template <class T>
class Block {
 public:
  static constexpr std::size_t tile_size = simd::lanes<T> * simd::lanes<T>;

  Block(std::size_t tiles_per_group, std::size_t entries)
      : side_(tiles_per_group),
        entries_(entries),
        entry_stride_(tiles_per_group * tiles_per_group * tile_size + simd::alignment / sizeof(T)),
        buffer_(entries * entry_stride_) {}

  /// Values of tile i of I against tile j of J.
  [[nodiscard]] T* tile(std::size_t entry, std::size_t i, std::size_t j) {
    return buffer_.data() + entry * entry_stride_ + (i * side_ + j) * tile_size;
  }
  /// Registers are stored, since a memset of this size takes `rep stos`, which starts slowly: 18 % of a small
  /// Gram.
  void clear() {
    T* values = buffer_.data();
    const std::size_t size = buffer_.size();  // else read again after every store
    for (std::size_t i = 0; i < size; i += simd::width<T>) simd::Batch<T>(T(0)).store_aligned(values + i);
  }
  void scale(std::size_t entry, std::size_t i, std::size_t j, T factor) {
    T* values = tile(entry, i, j);
    for (std::size_t at = 0; at < tile_size; ++at) values[at] *= factor;
  }
  [[nodiscard]] std::size_t entries() const { return entries_; }
  [[nodiscard]] std::size_t bytes() const { return buffer_.size() * sizeof(T); }

 private:
  std::size_t side_, entries_, entry_stride_;
  AlignedBuffer<T> buffer_;
};

/// The part of a pair of tiles that is asked for: lanes of both that hold samples, and of a tile with itself,
/// where both hold as many, the half above the diagonal.
struct TileExtent {
  std::size_t rows, columns;
  bool on_diagonal = false;

  [[nodiscard]] bool is_whole(std::size_t lanes) const {
    return rows >= lanes && columns >= lanes && !on_diagonal;
  }
};

/// The pairs of tiles that are to be computed: all of them, or the upper triangle where both groups are the
/// same. Of a pair a kernel may leave out what its extent leaves out.
struct TilePairs {
  static constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();

  std::size_t rows = 0, columns = 0;
  bool upper_triangle = false;
  std::size_t last_row_samples = whole, last_column_samples = whole;  ///< of the last tiles

  [[nodiscard]] TileExtent extent(std::size_t i, std::size_t j) const {
    return {i + 1 == rows ? last_row_samples : whole, j + 1 == columns ? last_column_samples : whole,
            upper_triangle && i == j};
  }

  /// Whether tile i of the rows meets tile j of the columns, another one, and both are full of samples.
  [[nodiscard]] bool meets(std::size_t i, std::size_t j, std::size_t lanes) const {
    return j < columns && !(upper_triangle && j < i) && extent(i, j).is_whole(lanes);
  }
  /// Whether it meets both of the neighbours 2 k and 2 k + 1 of which j is one.
  [[nodiscard]] bool meets_both(std::size_t i, std::size_t j, std::size_t lanes) const {
    return meets(i, j / 2 * 2, lanes) && meets(i, j / 2 * 2 + 1, lanes);
  }

  template <class Work>
  void for_each(const Work& work) const {
    for (std::size_t j = 0; j < columns; ++j) {
      const std::size_t end = upper_triangle && j + 1 < rows ? j + 1 : rows;
      for (std::size_t i = 0; i < end; ++i) work(i, j);
    }
  }
};

}  // namespace nntk
