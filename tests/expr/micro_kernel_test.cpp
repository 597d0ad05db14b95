// SPDX-License-Identifier: BSD-3-Clause
//
// The micro-kernel against one register at a time, bit for bit, for depths around every step of its loop.
#include "nntk/expr/micro_kernel.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "nntk/expr/tile.hpp"
#include "support/data.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr auto depths = std::to_array<std::size_t>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 128});

template <class T>
AlignedBuffer<T> numbers(std::size_t count, std::uint64_t seed) {
  const auto drawn = normal_numbers(count, seed);
  AlignedBuffer<T> values(count);
  std::transform(drawn.begin(), drawn.end(), values.begin(), [](double x) { return static_cast<T>(x); });
  return values;
}

/// Whether every sum is the chain of its own products, k after k, and each is handed over once. Inlined, for
/// the compiler to see depth and strides where they are constant.
template <std::size_t rows, class T, class Left>
[[gnu::always_inline]] inline bool sums_in_order(Left a, std::size_t depth, std::size_t stride) {
  using Batch = simd::Batch<T>;
  const auto b = numbers<T>((depth + 1) * stride, 2);
  std::size_t finished = 0;
  bool is_right = true;
  expr::multiply_rows<rows, T>(
      a, b.data(), depth,
      [&](std::size_t r, std::size_t v, Batch found) {
        Batch sum(T(0));
        for (std::size_t k = 0; k < depth; ++k)
          sum = simd::fma(Batch(a.at(r, k)), Batch::load_aligned(b.data() + k * stride + v * simd::width<T>),
                          sum);
        is_right = is_right && std::memcmp(&found, &sum, sizeof(Batch)) == 0;
        ++finished;
      },
      stride);
  return is_right && finished == rows * simd::registers_per_row;
}

template <std::size_t rows, class T>
void check_rows() {
  for (const std::size_t depth : depths) {
    for (const std::size_t stride : {simd::lanes<T>, 3 * simd::lanes<T>}) {
      for (const std::size_t apart : {rows, rows + 3}) {
        CAPTURE(rows, depth, stride, apart);
        const auto a = numbers<T>((depth + 1) * apart, 1);
        CHECK(sums_in_order<rows, T>(expr::AdjacentRows<T>{a.data(), apart}, depth, stride));
        const std::size_t long_row = depth + apart;
        const auto matrix = numbers<T>(rows * long_row, 3);
        CHECK(sums_in_order<rows, T>(expr::StridedRows<T>{matrix.data(), long_row, 1}, depth, stride));
      }
    }
  }
}

/// Of a depth that the compiler knows, as it knows the strides.
template <std::size_t depth, class T>
void check_constants() {
  constexpr std::size_t rows = simd::row_block;
  const auto a = numbers<T>((depth + 1) * simd::lanes<T>, 1);
  CAPTURE(depth);
  CHECK(sums_in_order<rows, T>(expr::AdjacentRows<T>{a.data(), rows}, depth, simd::lanes<T>));
  CHECK(sums_in_order<rows, T>(expr::AdjacentRows<T>{a.data(), simd::lanes<T>}, depth, simd::lanes<T>));
}

}  // namespace

TEMPLATE_TEST_CASE("The micro-kernel's sums have the bits of their products in order", "", float, double) {
  check_rows<1, TestType>();
  check_rows<2, TestType>();
  check_rows<simd::row_block, TestType>();
}

// A register that holds a stride must not be the one in which the depth is counted down.
TEMPLATE_TEST_CASE("The micro-kernel's sums are right where its depth is a number of bytes between rows", "",
                   float, double) {
  check_constants<simd::row_block * sizeof(TestType), TestType>();
  check_constants<simd::lanes<TestType> * sizeof(TestType), TestType>();
}
