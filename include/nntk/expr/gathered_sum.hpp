// SPDX-License-Identifier: BSD-3-Clause
//
// The micro-kernel of products between gates: a few rows of a matrix times the vectors of one sample, over
// units that are gathered, the sums in registers.
//
//   sums[r][vector] = Σ_i A(r, unit i) · x[i][vector]          r < rows ≤ row_block, one to three registers
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nntk/simd.hpp"

namespace nntk::expr {

/// Whether so many vectors a sample are worth it: they fill half of a register at least.
template <class T>
constexpr bool gates_pay(std::size_t vectors) {
  return vectors >= 3 && 2 * vectors >= simd::ShortBatch<T>::size;
}

/// Registers that hold the vectors of a sample together: three at most, more vectors go in strips, one after
/// the other.
template <class T>
constexpr std::size_t gated_registers(std::size_t vectors) {
  constexpr std::size_t size = simd::ShortBatch<T>::size, most = 3;
  const std::size_t registers = (vectors + size - 1) / size, strips = (registers + most - 1) / most;
  return (registers + strips - 1) / strips;
}

/// sums[r] ←, where it is the first, else +=, Σ_i columns[r][units[i] · stride] · x[i], of each of `rows`
/// rows.
template <std::size_t rows, std::size_t registers, class T>
[[gnu::noinline]] void add_gathered(const T* const* columns, std::size_t stride,
                                    std::span<const std::uint32_t> units, const T* x, T* sums,
                                    bool is_first) {
  using Register = simd::ShortBatch<T>;
  constexpr std::size_t pitch = registers * Register::size;
  Register sum[rows][registers];
  const T* column[rows];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
    column[r] = columns[r];
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v)
      sum[r][v] = is_first ? Register(T(0)) : Register::load_aligned(sums + r * pitch + v * Register::size);
  }
  for (const std::uint32_t unit : units) {
    const std::size_t at = unit * stride;
    Register right[registers];
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v) right[v] = Register::load_aligned(x + v * Register::size);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) {
      const Register left(column[r][at]);
#pragma GCC unroll 3
      for (std::size_t v = 0; v < registers; ++v) sum[r][v] = simd::fma(left, right[v], sum[r][v]);
    }
    x += pitch;
  }
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 3
    for (std::size_t v = 0; v < registers; ++v)
      sum[r][v].store_aligned(sums + r * pitch + v * Register::size);
  }
}

}  // namespace nntk::expr
