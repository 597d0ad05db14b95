// SPDX-License-Identifier: BSD-3-Clause
//
// The caller's matrix, (rows, columns, entries) row-major, as a place for tiles of it.
//
//   values [lane of I][lane of J]   ──put───────▶  rows of tile i, columns of tile j
//                                   ──put_turned▶  rows of tile j, columns of tile i, turned round
//
// Nearly all tiles of a matrix of one entry are whole, and go where nothing is yet: those are copied register
// by register. Where rows and tiles begin at the edges of cache lines, as they may with AVX-512 and tiles of
// floats, the registers are written past the caches, which then need not be filled first with what is
// overwritten; else the lines are asked for early. Gram matrix of widths 16, n = 1536, memory not in cache:
// 4.9 ms number by number, 4.3 register by register, 3.7 past the caches.
//
// Many entries of some neighbouring pairs are put side by side in scratch, and from there past the caches in
// one run: 100 entries of widths 16, n = 384, AVX-512, take 16 ms, 22 where registers are written as they
// come.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "nntk/expr/tile.hpp"
#include "nntk/simd.hpp"

namespace nntk {

/// The entries of a pair of tiles on their way to the matrix.
template <class T>
struct TileEntries {
  /// Pairs of samples that are side by side in a row of the scratch.
  static constexpr std::size_t run = simd::width<double>;

  explicit TileEntries(std::size_t count) : tiles(count), scratch(simd::width<T> * run * count) {}

  std::vector<const T*> tiles;    ///< of each entry its lanes × lanes values
  AlignedBuffer<double> scratch;  ///< [lane of J][lane of I][entry], of a few of both
};

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

  /// The entries of a pair of tiles.
  void put(TileEntries<T>& from, const Place& place) const {
    if (entries_ >= width) return put_runs(from, place);
    for (std::size_t entry = 0; entry < entries_; ++entry) put_entry(from.tiles[entry], place, entry);
  }

  /// Turned round: tile (i, j) of another matrix, or of this one if it is symmetric, becomes (j, i) of this.
  void put_turned(TileEntries<T>& from, const Place& place) const {
    const Place turned{place.j, place.i, place.on_diagonal};
    if (entries_ >= width) return put_runs_turned(from, turned);
    for (std::size_t entry = 0; entry < entries_; ++entry) put_entry_turned(from.tiles[entry], turned, entry);
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

  void put_runs(TileEntries<T>& from, const Place& place) const {
    const std::size_t height = height_of(place.i), count = width_of(place.j);
    for (std::size_t a = 0; a < height; ++a)
      for (std::size_t b = place.on_diagonal ? a / width * width : 0; b < count; b += width) {
        const std::size_t first = place.on_diagonal ? std::max(a, b) : b, last = std::min(b + width, count);
        gather(from, a * lanes + b, from.scratch.data(), entries_);
        put_run(from.scratch.data() + (first - b) * entries_, last - first,
                at(place.i, place.j) + (a * columns_ + first) * entries_);
      }
  }
  void put_runs_turned(TileEntries<T>& from, const Place& place) const {
    constexpr std::size_t run = TileEntries<T>::run;
    const std::size_t height = height_of(place.i), count = width_of(place.j);
    for (std::size_t b = 0; b < height; b += width)
      for (std::size_t a = 0; a < count; a += run) {
        for (std::size_t k = 0; k < run; ++k)
          gather(from, (a + k) * lanes + b, from.scratch.data() + k * entries_, run * entries_);
        for (std::size_t row = b; row < std::min(b + width, height); ++row) {
          const std::size_t last = std::min(a + run, place.on_diagonal ? std::min(row, count) : count);
          if (a < last)
            put_run(from.scratch.data() + (row - b) * run * entries_, last - a,
                    at(place.i, place.j) + (row * columns_ + a) * entries_);
        }
      }
  }
  /// All entries of a register of pairs of samples, which begin at `pair` of a tile pair, side by side; those
  /// of neighbours lie `step` apart. The last register of entries begins among those of the one before where
  /// they do not come out even.
  void gather(const TileEntries<T>& from, std::size_t pair, double* to, std::size_t step) const {
    for (std::size_t next = 0; next < entries_; next += width) {
      const std::size_t entry = std::min(next, entries_ - width);
      Batch block[width];
      for (std::size_t k = 0; k < width; ++k) block[k] = Batch::load_aligned(from.tiles[entry + k] + pair);
      simd::transpose(block);
      for (std::size_t k = 0; k < width; ++k) put_doubles(to + k * step + entry, block[k]);
    }
  }
  /// The entries of some pairs of samples to where they belong: whole lines past the caches.
  void put_run(const double* from, std::size_t pairs, double* to) const {
    constexpr std::size_t line = simd::alignment / sizeof(double), part = simd::width<double>;
    const std::size_t count = pairs * entries_;
    std::size_t k = 0;
    if (holds_nothing_) {
      for (; k < count && std::bit_cast<std::uintptr_t>(to + k) % simd::alignment != 0; ++k) to[k] = from[k];
      for (; k + line <= count; k += line)
        for (std::size_t v = 0; v < line; v += part)
          simd::stream(to + k + v, simd::Batch<double>::load_unaligned(from + k + v));
      for (; k < count; ++k) to[k] = from[k];
    } else {
      for (; k < count; ++k) to[k] += from[k];
    }
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
