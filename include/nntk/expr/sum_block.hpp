// SPDX-License-Identifier: BSD-3-Clause
//
// The sums of a full block of rows of AVX2: the inner loop of everything, in assembly where GCC's is slow.
//
//   ymm13..15   B[k], three registers       twelve sums [row][register] in the other registers
//   ymm12       A(r, k) in all lanes
#pragma once

#include <cstddef>
#include <type_traits>

#include "nntk/simd.hpp"

namespace nntk::expr {

/// A(r, k) with the rows side by side: a tile, or a block of a packed matrix.
template <class T>
struct AdjacentRows {
  const T* data;
  std::size_t stride;  ///< from k to k + 1
  [[nodiscard]] const T& at(std::size_t r, std::size_t k) const { return data[k * stride + r]; }
};

template <std::size_t rows, class T>
using Sums = simd::Batch<T>[rows][simd::registers_per_row];

#if defined(__AVX2__) && defined(__FMA__) && !defined(__AVX512F__) && !defined(__clang__)

/// Whether `rows` rows of a Left are summed by sum_block.
template <std::size_t rows, class T, class Left>
inline constexpr bool has_sum_block = rows == 4 && std::is_same_v<Left, AdjacentRows<T>>;

// clang-format off
#define NNTK_CLEAR(r)                                \
  "vxorps %[s" r "0], %[s" r "0], %[s" r "0]\n\t"    \
  "vxorps %[s" r "1], %[s" r "1], %[s" r "1]\n\t"    \
  "vxorps %[s" r "2], %[s" r "2], %[s" r "2]\n\t"
#define NNTK_ROW(kind, number, r)                    \
  "vbroadcasts" kind " " number ", %%ymm12\n\t"      \
  "vfmadd231p" kind " %%ymm13, %%ymm12, %[s" r "0]\n\t" \
  "vfmadd231p" kind " %%ymm14, %%ymm12, %[s" r "1]\n\t" \
  "vfmadd231p" kind " %%ymm15, %%ymm12, %[s" r "2]\n\t"
#define NNTK_STEP(kind, size, a, b)                  \
  "vmovaps (" b "), %%ymm13\n\t"                     \
  "vmovaps 32(" b "), %%ymm14\n\t"                   \
  "vmovaps 64(" b "), %%ymm15\n\t"                   \
  NNTK_ROW(kind, "(" a ")", "0")                     \
  NNTK_ROW(kind, "1*" size "(" a ")", "1")           \
  NNTK_ROW(kind, "2*" size "(" a ")", "2")           \
  NNTK_ROW(kind, "3*" size "(" a ")", "3")
#define NNTK_TWO_STEPS(kind, size)                   \
  NNTK_STEP(kind, size, "%[a]", "%[b]")              \
  NNTK_STEP(kind, size, "%[a],%[a_step]", "%[b],%[b_step]") \
  "lea (%[a],%[a_step],2), %[a]\n\t"                 \
  "lea (%[b],%[b_step],2), %[b]\n\t"
#define NNTK_LOOP(kind, size)                        \
  NNTK_CLEAR("0") NNTK_CLEAR("1") NNTK_CLEAR("2") NNTK_CLEAR("3") \
  "sub $4, %[depth]\n\t"                             \
  "jb 2f\n"                                          \
  ".p2align 4\n"                                     \
  "1:\n\t"                                           \
  NNTK_TWO_STEPS(kind, size)                         \
  NNTK_TWO_STEPS(kind, size)                         \
  "sub $4, %[depth]\n\t"                             \
  "jae 1b\n"                                         \
  "2:\n\t"                                           \
  "add $4, %[depth]\n\t"                             \
  "jz 4f\n"                                          \
  "3:\n\t"                                           \
  NNTK_STEP(kind, size, "%[a]", "%[b]")              \
  "add %[a_step], %[a]\n\t"                          \
  "add %[b_step], %[b]\n\t"                          \
  "dec %[depth]\n\t"                                 \
  "jnz 3b\n"                                         \
  "4:"
#define NNTK_SUMS(r) [s##r##0] "=&x"(s[r][0].data), [s##r##1] "=&x"(s[r][1].data), [s##r##2] "=&x"(s[r][2].data)
#define NNTK_SUM(kind, size)                         \
  asm(NNTK_LOOP(kind, size)                          \
      : NNTK_SUMS(0), NNTK_SUMS(1), NNTK_SUMS(2), NNTK_SUMS(3), [a] "+&r"(a), [b] "+&r"(b), [depth] "+&r"(depth) \
      : [a_step] "r"(a_step), [b_step] "r"(b_step)   \
      : "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory")
// clang-format on

/// s[r][lane] ← Σ_k A(r, k) · B[k][lane] for four rows: twelve sums, one number of A and a row of the tile
/// are the 16 registers of AVX2. GCC 12 keeps some of the sums in memory whatever is asked of it where steps
/// are unrolled, and makes 16 loads of the 7 a step where they are not. As shares of OpenBLAS's speed at the
/// same shapes, width 1,024, beside a neighbour on the same core: sweeps 88 %, contractions 92 % in C++ with
/// one step a turn and rows asked for 32 ahead, 26 instructions for 12 multiply-adds; 103 and 105 % with
/// this, 21 instructions. Asking for rows ahead costs a tenth of it.
template <class T>
[[gnu::always_inline]] inline void sum_block(AdjacentRows<T> left, const T* b, std::size_t stride,
                                             std::size_t depth, Sums<4, T>& s) {
  const T* a = left.data;
  const std::size_t a_step = left.stride * sizeof(T), b_step = stride * sizeof(T);
  if constexpr (sizeof(T) == sizeof(double)) {
    NNTK_SUM("d", "8");
  } else {
    NNTK_SUM("s", "4");
  }
}

#undef NNTK_SUM
#undef NNTK_SUMS
#undef NNTK_LOOP
#undef NNTK_TWO_STEPS
#undef NNTK_STEP
#undef NNTK_ROW
#undef NNTK_CLEAR

#else

template <std::size_t rows, class T, class Left>
inline constexpr bool has_sum_block = false;

#endif

}  // namespace nntk::expr
