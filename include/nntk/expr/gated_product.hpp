// SPDX-License-Identifier: BSD-3-Clause
//
// The product of a packed matrix and several vectors of each sample, between gates that are closed for many
// units: a Relu's cotangents are 0 where its slope is, and nobody asks for those that a slope of 0 will meet.
// With half of the gates open on both sides a quarter of the multiply-adds is left. Which ones differs from
// sample to sample, so that samples cannot stand side by side; the vectors of one sample can:
//
//   units k that are open      x       [sample][k][vector]   gathered
//   rows j that are asked for  sums    [sample][j][vector]   Σ_k A(j, k) · x[k][vector], a few rows at a time
//                              results [sample][vector][j]   0 where nobody asks; turned round into the tile
//
// Ten vectors through widths 256 and 1,024 take two fifths of the time of `multiply` (Zen 4).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "nntk/expr/gathered_sum.hpp"
#include "nntk/expr/product.hpp"

namespace nntk::expr {

/// Writes the places of those of `count` slopes of a lane that are not 0 and returns how many they are; of
/// all where there are no slopes. Without branches, which would be predicted wrongly half of the time.
template <class T>
std::size_t list_open(const T* slopes, std::size_t count, std::uint32_t* places) {
  if (slopes == nullptr) {
    std::iota(places, places + count, std::uint32_t{0});
    return count;
  }
  std::size_t open = 0;
  for (std::size_t place = 0; place < count; ++place) {
    places[open] = static_cast<std::uint32_t>(place);
    open += slopes[place * simd::lanes<T>] != T(0) ? 1 : 0;
  }
  return open;
}

/// A matrix between two gates: A (rows × depth), packed, times a factor; the slopes [unit][lane] of the gate
/// behind its columns and of the one before its rows, none where all are open.
template <class T>
struct GatedMatrix {
  const T* packed;
  std::size_t rows, depth;
  T factor;
  TileGroup<const T> behind, before;
};

/// The products, and their scratch.
template <class T, std::size_t registers>
class GatedProduct {
  using Register = simd::ShortBatch<T>;
  static constexpr std::size_t pitch = registers * Register::size;  ///< vectors of a strip
  /// Samples that share a slice of the matrix in cache, and that a square of registers turns round together.
  static constexpr std::size_t samples = simd::width<T>;

 public:
  /// For so many vectors a sample and matrices of up to `width` rows and columns. Allocates some
  /// 2 · samples · width · pitch numbers.
  GatedProduct(std::size_t vectors, std::size_t width)
      : vectors_(vectors),
        units_(samples * width),
        rows_(samples * width),
        x_(samples * width * pitch),
        sums_(samples * simd::row_block * pitch),
        results_(samples * width * pitch),
        weights_(width * pitch),
        slice_ends_(samples * slices_of(width)) {}

  /// out(vector · rows + j) = factor · Σ_k A(j, k) · x(vector · depth + k) for each sample of each tile, over
  /// the units k that are open, and for the rows j that are; of the others 0. Of closed units x is not read.
  /// Cost: vectors, rounded up to strips, · open rows · open units multiply-adds a sample.
  void multiply(const GatedMatrix<T>& matrix, TileGroup<const T> x, TileGroup<T> out);

  /// The same of x(vector · depth + k) = scale · weights[vector][k] · d(k), which nobody has written out.
  void multiply_weighted(const GatedMatrix<T>& matrix, const T* weights, T scale, TileGroup<const T> d,
                         TileGroup<T> out);

  [[nodiscard]] std::size_t bytes() const {
    return (x_.size() + sums_.size() + results_.size() + weights_.size()) * sizeof(T) +
           (units_.size() + rows_.size()) * sizeof(std::uint32_t) + slice_ends_.size() * sizeof(std::size_t);
  }

 private:
  /// Rows of a matrix that are packed in blocks of `block` rows, a power of two.
  struct Blocks {
    std::size_t first, end, block;
  };
  /// Rows that a sample still asks for, ascending; `chunk` of them are next.
  struct Rows {
    const std::uint32_t *next = nullptr, *end = nullptr;
    std::size_t chunk = 0;
    /// The next ones before row `limit`, if there are any.
    bool take(std::size_t limit) {
      next += chunk;
      const auto last = next + std::min<std::ptrdiff_t>(simd::row_block, end - next);
      chunk = static_cast<std::size_t>(std::lower_bound(next, last, limit) - next);
      return chunk > 0;
    }
  };

  static std::size_t slices_of(std::size_t depth) { return (depth + product_slice - 1) / product_slice; }

  /// A strip of `vectors` vectors; source(tile, lane, k, to) writes their numbers of an open unit.
  template <class Source>
  [[gnu::noinline]] void run(const GatedMatrix<T>& matrix, std::size_t vectors, TileGroup<T> out,
                             const Source& source) {
    for (std::size_t t = 0; t < out.count; ++t) {
      for_blocks(out.lanes(t), samples, [&](std::size_t first_lane, std::size_t count) {
        std::array<Rows, samples> rows_of;
        const std::span<Rows> asked(rows_of.data(), count);
        for (std::size_t s = 0; s < count; ++s) {
          const std::size_t lane = first_lane + s;
          gather(matrix, s, slopes(matrix.behind, t, lane),
                 [&](std::size_t unit, T* to) { source(t, lane, unit, to); });
          std::uint32_t* places = rows_.data() + s * matrix.rows;
          asked[s] = {places, places + list_open(slopes(matrix.before, t, lane), matrix.rows, places)};
        }
        multiply_samples(matrix, vectors, asked);
        turn(vectors * matrix.rows, out.tile(t) + first_lane);
      });
    }
  }
  static const T* slopes(const TileGroup<const T>& gate, std::size_t tile, std::size_t lane) {
    return gate.data == nullptr ? nullptr : gate.tile(tile) + lane;
  }

  /// The open units of sample s, counted from the start of their slices, and its vectors there.
  template <class Source>
  void gather(const GatedMatrix<T>& matrix, std::size_t s, const T* slopes, const Source& source) {
    std::uint32_t* units = units_.data() + s * matrix.depth;
    T* x = x_.data() + s * matrix.depth * pitch;
    std::size_t open = 0;
    for_blocks(matrix.depth, product_slice, [&](std::size_t first, std::size_t count) {
      const T* of_slice = slopes == nullptr ? nullptr : slopes + first * simd::lanes<T>;
      const std::size_t end = open + list_open(of_slice, count, units + open);
      for (; open < end; ++open) source(first + units[open], x + open * pitch);
      slice_ends_[s * slices_of(matrix.depth) + first / product_slice] = end;
    });
  }

  /// results ← all that the samples ask for.
  void multiply_samples(const GatedMatrix<T>& matrix, std::size_t vectors, std::span<Rows> asked) {
    std::fill_n(results_.data(), samples * vectors * matrix.rows, T(0));
    const std::size_t whole = matrix.rows / simd::row_block * simd::row_block;
    multiply_blocks(matrix, {0, whole, simd::row_block}, vectors, asked);
    for_row_blocks(whole, matrix.rows, [&]<std::size_t block>(std::size_t first) {
      multiply_blocks(matrix, {first, first + block, block}, vectors, asked);
    });
  }
  void multiply_blocks(const GatedMatrix<T>& matrix, const Blocks& blocks, std::size_t vectors,
                       std::span<Rows> asked) {
    const auto take = [&] {
      bool remains = false;
      for (Rows& rows : asked) remains = rows.take(blocks.end) || remains;
      return remains;
    };
    while (take()) {
      for_blocks(matrix.depth, product_slice, [&](std::size_t first, std::size_t count) {
        for (std::size_t s = 0; s < asked.size(); ++s) add_slice(matrix, blocks, first, count, s, asked[s]);
      });
      for (std::size_t s = 0; s < asked.size(); ++s) put(matrix, vectors, s, asked[s]);
    }
  }

  /// sums[row] ← or += a slice's share, for the next rows of sample s.
  void add_slice(const GatedMatrix<T>& matrix, const Blocks& blocks, std::size_t first_unit,
                 std::size_t unit_count, std::size_t s, const Rows& rows) {
    std::array<const T*, simd::row_block> columns;
    for (std::size_t r = 0; r < rows.chunk; ++r) {
      const std::size_t row = rows.next[r], place = (row - blocks.first) & (blocks.block - 1);
      columns[r] = matrix.packed + first_unit * matrix.rows + (row - place) * unit_count + place;
    }
    const std::size_t* end = slice_ends_.data() + s * slices_of(matrix.depth) + first_unit / product_slice;
    const std::size_t begin = first_unit == 0 ? 0 : end[-1];
    const std::span units(units_.data() + s * matrix.depth + begin, *end - begin);
    const T* x = x_.data() + (s * matrix.depth + begin) * pitch;
    T* sums = sums_.data() + s * simd::row_block * pitch;
    for_row_blocks(0, rows.chunk, [&]<std::size_t block>(std::size_t first) {
      add_gathered<block, registers>(columns.data() + first, blocks.block, units, x, sums + first * pitch,
                                     first_unit == 0);
    });
  }

  /// A function of its own: inlined, its pointers were kept in memory, and it took three times as long.
  [[gnu::noinline]] void put(const GatedMatrix<T>& matrix, std::size_t vectors, std::size_t s,
                             const Rows& rows) {
    const T* sums = sums_.data() + s * simd::row_block * pitch;
    for (std::size_t vector = 0; vector < vectors; ++vector) {
      T* results = results_.data() + (s * vectors + vector) * matrix.rows;
      for (std::size_t r = 0; r < rows.chunk; ++r)
        results[rows.next[r]] = matrix.factor * sums[r * pitch + vector];
    }
  }

  /// to[row][lane] ← results of sample `lane`, a square of registers at a time.
  [[gnu::noinline]] void turn(std::size_t count, T* to) const {
    const T* from = results_.data();
    std::size_t row = 0;
    for (; row + samples <= count; row += samples) {
      simd::Batch<T> square[samples];
      for (std::size_t s = 0; s < samples; ++s)
        square[s] = simd::Batch<T>::load_unaligned(from + s * count + row);
      simd::transpose(square);
      for (std::size_t r = 0; r < samples; ++r) square[r].store_aligned(to + (row + r) * simd::lanes<T>);
    }
    for (; row < count; ++row)
      for (std::size_t s = 0; s < samples; ++s) to[row * simd::lanes<T> + s] = from[s * count + row];
  }

  std::size_t vectors_;
  std::vector<std::uint32_t> units_, rows_;
  AlignedBuffer<T> x_, sums_, results_, weights_;
  std::vector<std::size_t> slice_ends_;
};

// Not in the class, so that a unit that declares it `extern` compiles nothing of them: a tenth of a kernel's
// time.
template <class T, std::size_t registers>
void GatedProduct<T, registers>::multiply(const GatedMatrix<T>& matrix, TileGroup<const T> x,
                                          TileGroup<T> out) {
  const std::size_t step = matrix.depth * simd::lanes<T>;
  for_blocks(vectors_, pitch, [&](std::size_t first, std::size_t count) {
    const TileGroup<const T> strip = x.from_row(first * matrix.depth);
    run(matrix, count, out.from_row(first * matrix.rows),
        [=](std::size_t tile, std::size_t lane, std::size_t unit, T* to) {
          const T* from = strip.tile(tile) + unit * simd::lanes<T> + lane;
          for (std::size_t vector = 0; vector < count; ++vector) to[vector] = from[vector * step];
        });
  });
}

template <class T, std::size_t registers>
void GatedProduct<T, registers>::multiply_weighted(const GatedMatrix<T>& matrix, const T* weights, T scale,
                                                   TileGroup<const T> d, TileGroup<T> out) {
  for_blocks(vectors_, pitch, [&](std::size_t first, std::size_t count) {
    T* scaled = weights_.data();
    for (std::size_t k = 0; k < matrix.depth; ++k)
      for (std::size_t vector = 0; vector < count; ++vector)
        scaled[k * pitch + vector] = scale * weights[(first + vector) * matrix.depth + k];
    run(matrix, count, out.from_row(first * matrix.rows),
        [=](std::size_t tile, std::size_t lane, std::size_t unit, T* to) {
          const Register by(d.tile(tile)[unit * simd::lanes<T> + lane]);
          for (std::size_t v = 0; v < pitch; v += Register::size)
            (by * Register::load_aligned(scaled + unit * pitch + v)).store_aligned(to + v);
        });
  });
}

}  // namespace nntk::expr
