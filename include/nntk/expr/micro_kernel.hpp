// SPDX-License-Identifier: BSD-3-Clause
//
// The micro-kernel: a few rows of a matrix times a tile, the sums in registers.
//
//   sum[r][lane] = Σ_k A(r, k) · B[k][lane]        r < rows ≤ row_block, lane < lanes
//
// Everything that costs time in nntk is this loop: the forward and cotangent sweeps (A a weight matrix, B a
// tile) and the Gram contraction (A and B two tiles). It needs no packing and no transposes, because a tile
// is already laid out as the panel that the loop reads. The sum runs over k in order, so that the result of a
// row and lane does not depend on what is computed beside it.
#pragma once

#include <cstddef>

#include "nntk/expr/sum_block.hpp"
#include "nntk/simd.hpp"

namespace nntk::expr {

/// A(r, k) of any matrix.
template <class T>
struct StridedRows {
  const T* data;
  std::size_t row_stride, depth_stride;
  [[nodiscard]] const T& at(std::size_t r, std::size_t k) const {
    return data[r * row_stride + k * depth_stride];
  }
};

/// Rows of both sides that lie this far ahead of the loop are asked for early. Contraction of width 1,024,
/// AVX-512: 72 % of the FMA peak with B alone 16 rows ahead, 77 % with both 32 rows ahead.
inline constexpr std::size_t prefetch_rows = 32;

/// Asks for the lines that a row of a tile lies in.
template <class T>
[[gnu::always_inline]] inline void prefetch_row(const T* row) {
#pragma GCC unroll 3
  for (std::size_t lane = 0; lane < simd::lanes<T>; lane += simd::alignment / sizeof(T))
    __builtin_prefetch(row + lane);
}

/// The sums of some rows and of the first registers of B over `depth`. Rows of B are `stride` numbers apart.
template <std::size_t rows, std::size_t registers, class T, class Left>
[[gnu::always_inline]] inline void sum_rows(Left a, const T* b, std::size_t stride, std::size_t depth,
                                            Sums<rows, T>& sum) {
  using Batch = simd::Batch<T>;
  // Unrolled by request: a sum that is indexed in a loop would live in memory.
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) sum[r][v] = Batch(T(0));
  }
  for (std::size_t k = 0; k < depth; ++k, b += stride) {
    __builtin_prefetch(&a.at(0, k + prefetch_rows));
    prefetch_row(b + prefetch_rows * simd::lanes<T>);
    Batch right[registers];
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) right[v] = Batch::load_aligned(b + v * simd::width<T>);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) {
      const Batch left(a.at(r, k));
#pragma GCC unroll 3
      for (std::size_t v = 0; v < registers; ++v) sum[r][v] = simd::fma(left, right[v], sum[r][v]);
    }
  }
}

/// Calls finish(r, v, sum) for each row r and each of the first registers v once the sum over `depth` is
/// complete. Rows of B are `stride` numbers apart.
template <std::size_t rows, class T, std::size_t registers = simd::registers_per_row, class Left,
          class Finish>
[[gnu::always_inline]] inline void multiply_rows(Left a, const T* b, std::size_t depth, Finish finish,
                                                 std::size_t stride = simd::lanes<T>) {
  Sums<rows, T> sum;
  if constexpr (registers == simd::registers_per_row && has_sum_block<rows, T, Left>) {
    sum_block<T>(a, b, stride, depth, sum);
  } else {
    sum_rows<rows, registers>(a, b, stride, depth, sum);
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) finish(r, v, sum[r][v]);
  }
}

}  // namespace nntk::expr
