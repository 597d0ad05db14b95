// SPDX-License-Identifier: BSD-3-Clause
//
// Gram contractions of two tiles, Σ_k I[k][row] · J[k][column], and what may be done with the sums while they
// are still in registers.
//
//            J [k][lanes]                 The micro-kernel takes row_block rows of I at a time; the sums of a
//            block
//          ┌─────────────┐                of rows go through `finish` once, so that fusing two contractions
//          and a
//   I [k]  │ acc  acc    │                product costs no pass over memory.
//          └─────────────┘
//
// Deep contractions run in blocks of rows, so that a block of J stays in the first cache while all rows of I
// pass it. The blocks of a group of tiles stay in the second cache, and while its pairs are
// contracted the next ones are asked for, which otherwise would come from memory, each with a wait.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "nntk/expr/product.hpp"
#include "nntk/kernel/block.hpp"
#include "nntk/kernel/open_units.hpp"

namespace nntk {

/// Rows of a tile that are contracted before the sums are put down, by kernels that multiply all.
inline constexpr std::size_t depth_block = 128;

/// Asks the second cache for one of `shares` shares of a tile's next block of rows. Contraction of widths
/// 1,024 in groups of 16 tiles, medians of two runs on a busy machine: 81 and 75 ms without, 70 and 61 ms
/// with it. Of a group of a few tiles each share is long, and the rows are in that cache already: all pairs
/// of 10 outputs took 283 ms with it, 224 without.
template <std::size_t rows, class T>
[[gnu::always_inline]] inline void prefetch_share(const T* block, std::size_t share, std::size_t shares) {
  constexpr std::size_t line = simd::alignment / sizeof(T), lines = rows * simd::lanes<T> / line;
  constexpr std::size_t fewest_shares = 4;
  if (shares < fewest_shares) return;
  const std::size_t each = (lines + shares - 1) / shares;
  for (std::size_t k = share * each; k < (share + 1) * each; ++k) __builtin_prefetch(block + k * line, 0, 2);
}

/// finish(position in the lanes × lanes result, sums) for each register of the result.
/// `stride`: rows are that many numbers apart. A function of its own, and so the same code whatever calls it:
/// inlined into 24 kernels of one unit it lost a quarter of its speed (GCC 12).
template <class T, class Finish>
[[gnu::noinline]] void contract_tile(const T* i, const T* j, std::size_t depth, Finish finish,
                                     std::size_t stride = simd::lanes<T>) {
  expr::for_lane_blocks<T>(simd::lanes<T>, [&]<std::size_t rows>(std::size_t first) {
    const expr::AdjacentRows<T> left{i + first, stride};
    expr::multiply_rows<rows, T>(
        left, j, depth,
        [&](std::size_t r, std::size_t v, simd::Batch<T> sum) {
          finish((first + r) * simd::lanes<T> + v * simd::width<T>, sum);
        },
        stride);
  });
}

/// Runs work.template operator()<rows, registers>(first row, first register) over blocks of rows of a pair of
/// tiles and the registers of these rows that hold something of the extent; of a single row over all.
template <class T, class Work>
void for_tile_blocks(const TileExtent& extent, const Work& work) {
  constexpr std::size_t most = simd::registers_per_row, width = simd::width<T>;
  if (extent.rows == 1) return work.template operator()<1, most>(0, 0);
  const std::size_t end = (std::min(extent.columns, simd::lanes<T>) + width - 1) / width;
  expr::for_lane_blocks<T>(extent.rows, [&]<std::size_t rows>(std::size_t first) {
    const std::size_t begin = extent.on_diagonal ? std::min(first / width, end) : 0;
    expr::for_registers(end - begin, [&]<std::size_t registers>() {
      work.template operator()<rows, registers>(first, begin);
    });
  });
}

/// contract_tile of an open block of a left tile with many zeros, which are passed over, and two right tiles,
/// or two vectors of one. Each multiply-add reads its own register of these, and that is what it waits for:
/// in the first cache it reaches 76 % of the peak (AVX-512, Zen 4), of one right tile 71.
template <class T, class Finish>
[[gnu::noinline]] void contract_open(const T* i, const T* j0, const T* j1, const OpenTile& open,
                                     Finish finish0, Finish finish1) {
  using Batch = simd::Batch<T>;
  constexpr std::size_t lanes = simd::lanes<T>, width = simd::width<T>, registers = simd::registers_per_row;
  for (std::size_t row = 0; row < lanes; ++row) {
    const std::uint16_t* places = open.places + row * open_block;
    Batch sum0[registers], sum1[registers];
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) sum0[v] = sum1[v] = Batch(T(0));
    for (std::size_t k = 0; k < open.counts[row]; ++k) {
      const std::size_t place = places[k];
      const Batch left(i[place + row]);
#pragma GCC unroll 3
      for (std::size_t v = 0; v < registers; ++v)
        sum0[v] = simd::fma(left, Batch::load_aligned(j0 + place + v * width), sum0[v]);
#pragma GCC unroll 3
      for (std::size_t v = 0; v < registers; ++v)
        sum1[v] = simd::fma(left, Batch::load_aligned(j1 + place + v * width), sum1[v]);
    }
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) {
      finish0(row * lanes + v * width, sum0[v]);
      finish1(row * lanes + v * width, sum1[v]);
    }
  }
}

/// contract_tile of the part of a pair of tiles that is asked for. With AVX-512 it leaves out a third of the
/// multiply-adds of 64 samples, and 9 % of those of 512. Of a whole pair the choice of registers for every
/// block of rows costs AVX2 1 to 2 %.
template <class T, class Finish>
[[gnu::noinline]] void contract_part(const T* i, const T* j, std::size_t depth, const TileExtent& extent,
                                     Finish finish) {
  constexpr std::size_t lanes = simd::lanes<T>, width = simd::width<T>;
  if (extent.is_whole(lanes)) return contract_tile<T>(i, j, depth, finish);
  for_tile_blocks<T>(
      extent, [&]<std::size_t rows, std::size_t registers>(std::size_t first, std::size_t first_register) {
        const std::size_t at = first_register * width;
        expr::multiply_rows<rows, T, registers>(expr::AdjacentRows<T>{i + first, lanes}, j + at, depth,
                                                [&](std::size_t r, std::size_t v, simd::Batch<T> sum) {
                                                  finish((first + r) * lanes + at + v * width, sum);
                                                });
      });
}

/// What to do with the sums of a contraction at a position of a tile pair.
template <class T>
struct Store {
  T* to;
  simd::Batch<T> plus;
  void operator()(std::size_t at, simd::Batch<T> sum) const { (sum + plus).store_aligned(to + at); }
};
template <class T>
struct Add {
  T* to;
  void operator()(std::size_t at, simd::Batch<T> sum) const {
    (simd::Batch<T>::load_aligned(to + at) + sum).store_aligned(to + at);
  }
};
/// to += factor · sum.
template <class T>
struct ScaleAdd {
  T* to;
  simd::Batch<T> factor;
  void operator()(std::size_t at, simd::Batch<T> sum) const {
    simd::fma(factor, sum, simd::Batch<T>::load_aligned(to + at)).store_aligned(to + at);
  }
};
/// to += by · sum, `by` a tile pair.
template <class T>
struct MultiplyAdd {
  T* to;
  const T* by;
  void operator()(std::size_t at, simd::Batch<T> sum) const {
    using Batch = simd::Batch<T>;
    simd::fma(Batch::load_aligned(by + at), sum, Batch::load_aligned(to + at)).store_aligned(to + at);
  }
};

/// Runs work(p, q, left tile, right tile, extent) for the pairs of tiles of two groups, `depth` rows of which
/// are contracted, and asks for the block of rows behind.
template <std::size_t block, class T, class Work>
void for_each_pair(TileGroup<const T> left, TileGroup<const T> right, TilePairs pairs, std::size_t depth,
                   const Work& work) {
  pairs.for_each([&](std::size_t p, std::size_t q) {
    const T *i = left.tile(p), *j = right.tile(q);
    prefetch_share<block>(i + depth * simd::lanes<T>, q, pairs.columns);
    prefetch_share<block>(j + depth * simd::lanes<T>, p, pairs.rows);
    work(p, q, i, j, pairs.extent(p, q));
  });
}

/// Contracts `depth` rows, a block at most, of the pairs of two groups; finish_of(p, q) is what to do with
/// the sums of a pair. Where units of a left tile are listed, two neighbours of the right group go together.
template <std::size_t block, class T, class FinishOf>
void contract_pairs(TileGroup<const T> left, TileGroup<const T> right, TilePairs pairs, std::size_t depth,
                    const OpenUnits<T>& open, const FinishOf& finish_of) {
  for_each_pair<block>(left, right, pairs, depth,
                       [&](std::size_t p, std::size_t q, const T* i, const T* j, const TileExtent& extent) {
                         const OpenTile units = open.tile(p);
                         if (units.places == nullptr || !pairs.meets_both(p, q, simd::lanes<T>))
                           return contract_part<T>(i, j, depth, extent, finish_of(p, q));
                         if (q % 2 == 0)
                           contract_open<T>(i, j, right.tile(q + 1), units, finish_of(p, q),
                                            finish_of(p, q + 1));
                       });
}

/// to ← Σ_k I[k] J[k] + plus over `depth` rows of the pairs of two groups, a block at a time.
template <std::size_t block, class T>
void contract_groups(TileGroup<const T> i, TileGroup<const T> j, TilePairs pairs, std::size_t depth,
                     OpenUnits<T>& open, T plus, Block<T>& to) {
  expr::for_blocks(depth, block, [&](std::size_t first, std::size_t count) {
    const auto left = i.from_row(first), right = j.from_row(first);
    open.find(left, count, pairs, 1);
    if (first == 0) {
      contract_pairs<block>(left, right, pairs, count, open, [&](std::size_t p, std::size_t q) {
        return Store<T>{to.tile(0, p, q), simd::Batch<T>(plus)};
      });
    } else {
      contract_pairs<block>(left, right, pairs, count, open,
                            [&](std::size_t p, std::size_t q) { return Add<T>{to.tile(0, p, q)}; });
    }
  });
}

/// contract_pairs with two vectors of each right tile, which go together where units of a left tile are
/// listed; finish_of(p, q, 0) and finish_of(p, q, 1). Of the block of rows behind, the first vector's is
/// asked for.
template <std::size_t block, class T, class FinishOf>
void contract_two_vectors(TileGroup<const T> left, TileGroup<const T> right0, TileGroup<const T> right1,
                          TilePairs pairs, std::size_t depth, const OpenUnits<T>& open,
                          const FinishOf& finish_of) {
  for_each_pair<block>(left, right0, pairs, depth,
                       [&](std::size_t p, std::size_t q, const T* i, const T* j0, const TileExtent& extent) {
                         const OpenTile units = open.tile(p);
                         const T* j1 = right1.tile(q);
                         if (units.places != nullptr && extent.is_whole(simd::lanes<T>))
                           return contract_open<T>(i, j0, j1, units, finish_of(p, q, 0), finish_of(p, q, 1));
                         contract_part<T>(i, j0, depth, extent, finish_of(p, q, 0));
                         contract_part<T>(i, j1, depth, extent, finish_of(p, q, 1));
                       });
}

}  // namespace nntk
