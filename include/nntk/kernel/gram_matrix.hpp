// SPDX-License-Identifier: BSD-3-Clause
//
// The caller's matrix, (rows, columns, entries) row-major, as a place for tiles of it.
//
//   values [lane of I][lane of J]   ──put───────▶  rows of tile i, columns of tile j
//                                   ──put_turned▶  rows of tile j, columns of tile i, turned round
//
// Nearly all tiles are whole, and go to a matrix of one entry that holds nothing yet: those are copied
// register by register. Where rows and tiles begin at the edges of cache lines, as they may with AVX-512 and
// tiles of floats, the registers are written past the caches, which then need not be filled first with what
// is overwritten; else the lines are asked for early. Gram matrix of widths 16, n = 1536, memory not in
// cache: 4.9 ms number by number, 4.3 register by register, 3.7 past the caches.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "nntk/simd.hpp"

namespace nntk {

template <class T>
class GramMatrix {
  static constexpr std::size_t lanes = simd::lanes<T>, width = simd::width<T>;
  using Batch = simd::Batch<T>;

 public:
  /// A tile pair's place; on the diagonal of a symmetric matrix only the half that is above it is put, and
  /// only the half below it is put turned.
  struct Place {
    std::size_t i, j;
    bool on_diagonal;
  };

  /// `holds_nothing`: tiles replace what the memory holds, instead of adding to it.
  GramMatrix(double* data, std::size_t rows, std::size_t columns, std::size_t entries, bool holds_nothing)
      : data_(data),
        rows_(rows),
        columns_(columns),
        entries_(entries),
        holds_nothing_(holds_nothing),
        is_streamed_(lanes * sizeof(double) % simd::alignment == 0 &&
                     columns * sizeof(double) % simd::alignment == 0 &&
                     std::bit_cast<std::uintptr_t>(data) % simd::alignment == 0) {}

  /// The entries of a pair of tiles, each from tile_of(entry).
  template <class TileOf>
  void put(const TileOf& tile_of, const Place& place) const {
    std::size_t entry = 0;
    if (is_replaced(place))
      entry = interleave(tile_of, at(place.i, place.j), {columns_ * entries_, entries_});
    for (; entry < entries_; ++entry) put_entry(tile_of(entry), place, entry);
  }

  /// Turned round: tile (i, j) of another matrix, or of this one if it is symmetric, becomes (j, i) of this.
  template <class TileOf>
  void put_turned(const TileOf& tile_of, const Place& place) const {
    const Place turned{place.j, place.i, place.on_diagonal};
    std::size_t entry = 0;
    if (is_replaced(turned))
      entry = interleave(tile_of, at(turned.i, turned.j), {entries_, columns_ * entries_});
    for (; entry < entries_; ++entry) put_entry_turned(tile_of(entry), turned, entry);
  }

  /// Asks for the lines of a tile, so that they come while its sums are computed, if it will not be written
  /// past the caches. Stores that miss would fill the store buffer and hold up all that follows. (Asking for
  /// the right to write as well cost 15 % on a cold matrix; asking bit by bit between the contractions gained
  /// 6 %.) Inlined by force: GCC 12 takes a function that only prefetches for one without effect, and drops
  /// the call.
  [[gnu::always_inline]] void fetch(std::size_t tile_i, std::size_t tile_j) const {
    if (is_streamed_) return;
    constexpr std::size_t line = simd::alignment / sizeof(double);
    const std::size_t height = height_of(tile_i), numbers = width_of(tile_j) * entries_;
    for (std::size_t a = 0; a < height; ++a) {
      const double* row = at(tile_i, tile_j) + a * columns_ * entries_;
      for (std::size_t b = 0; b < numbers; b += line) __builtin_prefetch(row + b);
      __builtin_prefetch(row + numbers - 1);
    }
  }

 private:
  [[nodiscard]] double* at(std::size_t tile_i, std::size_t tile_j) const {
    return data_ + (tile_i * lanes * columns_ + tile_j * lanes) * entries_;
  }
  [[nodiscard]] std::size_t height_of(std::size_t tile) const {
    return std::min(lanes, rows_ - tile * lanes);
  }
  [[nodiscard]] std::size_t width_of(std::size_t tile) const {
    return std::min(lanes, columns_ - tile * lanes);
  }
  /// Whether all numbers of a whole tile pair are new.
  [[nodiscard]] bool is_replaced(const Place& place) const {
    const bool is_whole = height_of(place.i) == lanes && width_of(place.j) == lanes;
    return is_whole && holds_nothing_ && !place.on_diagonal;
  }

  /// How far apart numbers of neighbouring lanes of I and of J lie.
  struct Steps {
    std::size_t row, column;
  };
  /// As many entries at a time as a register holds, which lie side by side; all of a pair of samples before
  /// the next one, so that lines are written whole. Returns how many entries it has put, all but a few.
  template <class TileOf>
  std::size_t interleave(const TileOf& tile_of, double* to, const Steps& steps) const {
    const std::size_t whole = entries_ / width * width;
    for (std::size_t a = 0; a < lanes; ++a)
      for (std::size_t b = 0; b < lanes; b += width)
        for (std::size_t entry = 0; entry < whole; entry += width) {
          Batch block[width];
          for (std::size_t k = 0; k < width; ++k)
            block[k] = Batch::load_aligned(tile_of(entry + k) + a * lanes + b);
          simd::transpose(block);
          for (std::size_t k = 0; k < width; ++k)
            put_doubles(to + a * steps.row + (b + k) * steps.column + entry, block[k]);
        }
    return whole;
  }

  void put_entry(const T* values, const Place& place, std::size_t entry) const {
    double* to = at(place.i, place.j) + entry;
    if (is_replaced(place) && entries_ == 1) return copy(values, to);
    const std::size_t height = height_of(place.i), count = width_of(place.j);
    for (std::size_t a = 0; a < height; ++a) {
      const std::size_t first = place.on_diagonal ? std::min(a, count) : 0;
      put_row<1>(values + a * lanes + first, count - first, to + (a * columns_ + first) * entries_);
    }
  }

  void put_entry_turned(const T* values, const Place& place, std::size_t entry) const {
    double* to = at(place.i, place.j) + entry;
    if (is_replaced(place) && entries_ == 1) return copy_turned(values, to);
    const std::size_t height = height_of(place.i), count = width_of(place.j);
    for (std::size_t b = 0; b < height; ++b)
      put_row<lanes>(values + b, place.on_diagonal ? std::min(b, count) : count,
                     to + b * columns_ * entries_);
  }

  void copy(const T* values, double* to) const {
    for (std::size_t a = 0; a < lanes; ++a, to += columns_, values += lanes)
      for (std::size_t v = 0; v < lanes; v += width) store(to + v, Batch::load_aligned(values + v));
  }
  void copy_turned(const T* values, double* to) const {
    for (std::size_t b = 0; b < lanes; b += width)
      for (std::size_t a = 0; a < lanes; a += width) {
        Batch block[width];
        for (std::size_t k = 0; k < width; ++k) block[k] = Batch::load_aligned(values + (a + k) * lanes + b);
        simd::transpose(block);
        for (std::size_t k = 0; k < width; ++k) store(to + (b + k) * columns_ + a, block[k]);
      }
  }
  void store(double* to, const Batch& numbers) const {
    if (!is_streamed_) return put_doubles(to, numbers);
    simd::for_each_double(numbers,
                          [&](std::size_t lane, const auto& part) { simd::stream(to + lane, part); });
  }
  static void put_doubles(double* to, const Batch& numbers) {
    simd::for_each_double(numbers,
                          [&](std::size_t lane, const auto& part) { part.store_unaligned(to + lane); });
  }
  template <std::size_t stride>
  void put_row(const T* values, std::size_t count, double* to) const {
    if (holds_nothing_) {
      for (std::size_t k = 0; k < count; ++k) to[k * entries_] = static_cast<double>(values[k * stride]);
    } else {
      for (std::size_t k = 0; k < count; ++k) to[k * entries_] += static_cast<double>(values[k * stride]);
    }
  }

  double* data_;
  std::size_t rows_, columns_, entries_;
  bool holds_nothing_, is_streamed_;
};

}  // namespace nntk
