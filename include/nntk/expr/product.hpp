// SPDX-License-Identifier: BSD-3-Clause
//
// Products of a matrix and tiles, by the micro-kernel: the forward and cotangent sweeps (A a weight matrix, B
// a tile); and the blocks of rows that it, like a contraction, takes one after the other.
//
//   out(row)[lane] = finish(row, Σ_k A(row, k) · x(k)[lane])
#pragma once

#include <algorithm>
#include <cstddef>

#include "nntk/expr/micro_kernel.hpp"
#include "nntk/expr/tile.hpp"

namespace nntk::expr {

/// Runs `work.template operator()<rows>(first)` over `total` rows in blocks of row_block, the rest in halves.
template <std::size_t rows = simd::row_block, class Work>
void for_row_blocks(std::size_t first, std::size_t total, const Work& work) {
  for (; first + rows <= total; first += rows) work.template operator()<rows>(first);
  if constexpr (rows > 1) for_row_blocks<rows / 2>(first, total, work);
}

/// The same over the lanes of a tile, in whole blocks where these divide them; blocks that begin behind
/// `samples` are left out.
template <class T, class Work>
void for_lane_blocks(std::size_t samples, const Work& work) {
  constexpr std::size_t rows = simd::row_block, lanes = simd::lanes<T>;
  if constexpr (lanes % rows == 0) {
    for (std::size_t first = 0; first < std::min(samples, lanes); first += rows)
      work.template operator()<rows>(first);
  } else {
    for_row_blocks(0, std::min(samples, lanes), work);
  }
}

/// Runs work.template operator()<registers>() for one to three registers of a row, and nothing for none.
template <class Work>
void for_registers(std::size_t registers, const Work& work) {
  static_assert(simd::registers_per_row == 3);
  if (registers == 3) {
    work.template operator()<3>();
  } else if (registers == 2) {
    work.template operator()<2>();
  } else if (registers == 1) {
    work.template operator()<1>();
  }
}

/// Runs work(first, count) over `total` in blocks of `block`.
template <class Work>
void for_blocks(std::size_t total, std::size_t block, const Work& work) {
  for (std::size_t first = 0; first < total; first += block) work(first, std::min(block, total - first));
}

/// Depth of a slice of a product: a slice of a tile stays in the first cache while rows pass it; and how many
/// rows of the slice do so at a time: they stay in the second cache while all tiles and vectors pass them.
inline constexpr std::size_t product_slice = 128, product_rows = 256;
static_assert(product_rows % simd::row_block == 0, "a matrix is packed in whole row blocks");

/// A matrix as the micro-kernel wants it: slice after slice of its depth, block of rows after block of rows,
/// the rows of a block side by side. As many numbers as before, so that it can lie where the matrix lay.
/// entry (r, k) is read from matrix[r · row_stride + k · depth_stride].
template <class T>
void pack(const T* matrix, std::size_t rows, std::size_t depth, std::size_t row_stride,
          std::size_t depth_stride, T* packed) {
  for_blocks(depth, product_slice, [&](std::size_t first_k, std::size_t count) {
    for_row_blocks(0, rows, [&]<std::size_t block>(std::size_t first) {
      const T* from = matrix + first * row_stride + first_k * depth_stride;
      for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t r = 0; r < block; ++r) *packed++ = from[r * row_stride + k * depth_stride];
      }
    });
  });
}

// What `multiply` and `map_rows` do with their numbers. They have names, because a lambda in a layer's code
// would make each layer of a network an instantiation of its own: 64 layers took 28 s to compile.

struct Unchanged {
  template <class Batch>
  Batch operator()(std::size_t /*row*/, Batch sum) const {
    return sum;
  }
};
template <class T>
struct ScaleBy {
  simd::Batch<T> factor;
  simd::Batch<T> operator()(simd::Batch<T> x) const { return factor * x; }
  simd::Batch<T> operator()(std::size_t /*row*/, simd::Batch<T> sum) const { return factor * sum; }
};
/// sum + factor · bias[row].
template <class T>
struct AddBias {
  const T* bias;
  simd::Batch<T> factor;
  simd::Batch<T> operator()(std::size_t row, simd::Batch<T> sum) const {
    return simd::fma(factor, simd::Batch<T>(bias[row]), sum);
  }
};
/// x + factor · y.
template <class T>
struct AddScaled {
  simd::Batch<T> factor;
  simd::Batch<T> operator()(simd::Batch<T> y, simd::Batch<T> x) const { return simd::fma(factor, y, x); }
};

/// Runs work(tile, vector).
template <class Work>
void for_each_vector(std::size_t tiles, std::size_t vectors, const Work& work) {
  for (std::size_t t = 0; t < tiles; ++t)
    for (std::size_t vector = 0; vector < vectors; ++vector) work(t, vector);
}

/// out(row) = finish(row, Σ_k A(row, k) · x(k)) for each tile and each of `vectors` vectors in it, which
/// follow each other `depth` rows apart in x and `rows` rows apart in out; A is packed (rows × depth). Where
/// it `adds`, the sum goes on top of what out holds. Registers of a row without samples are passed over.
/// Cost: vectors · rows · depth multiply-adds a lane.
template <class T, class Finish>
void multiply(const T* packed, std::size_t rows, std::size_t depth, std::size_t vectors, TileGroup<const T> x,
              TileGroup<T> out, const Finish& finish, bool adds = false) {
  using Batch = simd::Batch<T>;
  for_blocks(depth, product_slice, [&](std::size_t first_k, std::size_t count) {
    const bool is_first = first_k == 0 && !adds, is_last = first_k + count == depth;
    for_blocks(rows, product_rows, [&](std::size_t first_row, std::size_t row_count) {
      for_each_vector(x.count, vectors, [&](std::size_t t, std::size_t vector) {
        const T* right = x.tile(t) + (vector * depth + first_k) * simd::lanes<T>;
        T* to = out.tile(t) + vector * rows * simd::lanes<T>;
        for_registers(out.registers(t), [&]<std::size_t registers>() {
          for_row_blocks(first_row, first_row + row_count, [&]<std::size_t block>(std::size_t first) {
            const AdjacentRows<T> left{packed + first_k * rows + first * count, block};
            multiply_rows<block, T, registers>(
                left, right, count, [&](std::size_t r, std::size_t v, Batch sum) {
                  T* at = to + (first + r) * simd::lanes<T> + v * simd::width<T>;
                  if (!is_first) sum = sum + Batch::load_aligned(at);
                  if (is_last) sum = finish(first + r, sum);
                  sum.store_aligned(at);
                });
          });
        });
      });
    });
  });
}

/// out(row) = factor · Σ_k A(row, k) · x(k) for each tile and each of `vectors` vectors in it, laid out as
/// above; A is a matrix that is not packed: its rows are read as they lie, which costs a little more.
template <class T>
void multiply_strided(StridedRows<T> matrix, std::size_t rows, std::size_t depth, std::size_t vectors,
                      T factor, TileGroup<const T> x, TileGroup<T> out) {
  using Batch = simd::Batch<T>;
  for_each_vector(x.count, vectors, [&](std::size_t t, std::size_t vector) {
    const T* right = x.tile(t) + vector * depth * simd::lanes<T>;
    T* to = out.tile(t) + vector * rows * simd::lanes<T>;
    for_row_blocks(0, rows, [&]<std::size_t block>(std::size_t first) {
      const StridedRows<T> left{&matrix.at(first, 0), matrix.row_stride, matrix.depth_stride};
      multiply_rows<block>(left, right, depth, [&](std::size_t r, std::size_t v, Batch sum) {
        (Batch(factor) * sum).store_aligned(to + (first + r) * simd::lanes<T> + v * simd::width<T>);
      });
    });
  });
}

}  // namespace nntk::expr
