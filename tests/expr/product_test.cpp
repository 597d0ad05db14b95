// SPDX-License-Identifier: BSD-3-Clause
//
// Products of a packed matrix and tiles against loops in long double, for sizes around every block.
#include "nntk/expr/product.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "support/data.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr std::size_t tiles = 3;

template <class T>
std::vector<T> numbers(std::size_t count, std::uint64_t seed) {
  const auto drawn = normal_numbers(count, seed);
  return {drawn.begin(), drawn.end()};
}

template <class T>
void fill(TileGroup<T> group, std::size_t rows, std::uint64_t seed) {
  const auto values = numbers<T>(group.count * rows * simd::lanes<T>, seed);
  for (std::size_t t = 0; t < group.count; ++t) {
    std::copy_n(values.data() + t * rows * simd::lanes<T>, rows * simd::lanes<T>, group.tile(t));
  }
}

/// A sum of products, and how far from it a number of type T may lie.
struct Reference {
  long double sum = 0, magnitude = 0;
  void add(long double product) { sum += product, magnitude += std::abs(product); }
  template <class T>
  [[nodiscard]] bool meets(T found, std::size_t terms) const {
    return std::abs(static_cast<long double>(found) - sum) <=
           static_cast<long double>(sum_tolerance<T>(terms)) * magnitude;
  }
};

/// W x + bias for every tile and each of `vectors` vectors in it; W as a matrix, or as the transpose of one.
template <class T>
void check_multiply(std::size_t rows, std::size_t depth, std::size_t vectors, bool is_transposed) {
  constexpr std::size_t lanes = simd::lanes<T>;
  TileBuffer<T> in(tiles, vectors * depth), out(tiles, vectors * rows);
  const auto x = in.group(tiles), z = out.group(tiles);
  const auto matrix = numbers<T>(rows * depth, 1), bias = numbers<T>(rows, 2);
  std::vector<T> packed(rows * depth);
  const std::size_t row_stride = is_transposed ? 1 : depth, depth_stride = is_transposed ? rows : 1;
  fill(x, vectors * depth, 3);
  expr::pack<T>(matrix.data(), rows, depth, row_stride, depth_stride, packed.data());
  expr::multiply<T>(packed.data(), rows, depth, vectors, read_only(x), z,
                    [&](std::size_t row, simd::Batch<T> sum) { return sum + simd::Batch<T>(bias[row]); });
  bool is_right = true;
  for (std::size_t i = 0; i < tiles * vectors * rows * lanes; ++i) {
    const std::size_t lane = i % lanes, at = i / lanes % (vectors * rows), t = i / lanes / (vectors * rows);
    const std::size_t row = at % rows, vector = at / rows;
    Reference expected;
    for (std::size_t k = 0; k < depth; ++k) {
      const long double weight = matrix[row * row_stride + k * depth_stride];
      expected.add(weight * x.tile(t)[(vector * depth + k) * lanes + lane]);
    }
    expected.add(bias[row]);
    is_right = is_right && expected.meets(z.tile(t)[at * lanes + lane], depth);
  }
  CAPTURE(rows, depth, vectors, is_transposed);
  CHECK(is_right);
}

}  // namespace

TEMPLATE_TEST_CASE("A matrix times tiles is right for sizes around every block", "", float, double) {
  for (const auto rows : std::to_array<std::size_t>({1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31})) {
    for (const auto depth : std::to_array<std::size_t>({1, 2, 5, 16, 33, 127, 128, 129, 300})) {
      check_multiply<TestType>(rows, depth, 1, false);
      check_multiply<TestType>(rows, depth, 1, true);
    }
  }
}

TEMPLATE_TEST_CASE("A matrix times several vectors a tile is right for sizes around every block", "", float,
                   double) {
  for (const auto rows : std::to_array<std::size_t>({1, 3, 4, 6, 7, 8, 13, 16, 17})) {
    for (const auto depth : std::to_array<std::size_t>({1, 2, 5, 33, 129})) {
      for (const auto vectors : std::to_array<std::size_t>({2, 3}))
        check_multiply<TestType>(rows, depth, vectors, true);
    }
  }
}

TEST_CASE("Blocks cover a range in order, each number once, and are full but for the last") {
  constexpr std::size_t block = 8;
  for (const std::size_t total : {std::size_t{1}, block, block + 1, 3 * block}) {
    std::size_t next = 0;
    expr::for_blocks(total, block, [&](std::size_t first, std::size_t count) {
      CHECK(first == next);
      CHECK(count == std::min(block, total - first));
      next += count;
    });
    CHECK(next == total);
  }
}

TEST_CASE("A packed matrix holds the numbers of the matrix, each once") {
  constexpr std::size_t rows = 13, depth = 150;
  std::vector<double> matrix(rows * depth), packed(rows * depth);
  std::iota(matrix.begin(), matrix.end(), 0.0);
  expr::pack(matrix.data(), rows, depth, depth, std::size_t{1}, packed.data());
  CHECK(packed != matrix);
  std::sort(packed.begin(), packed.end());
  CHECK(packed == matrix);
}

TEST_CASE("A tile's product has the same bits whatever tiles and vectors stand beside it") {
  constexpr std::size_t rows = 13, depth = 277, lanes = simd::lanes<double>;
  TileBuffer<double> in(tiles, 2 * depth), all(tiles, 2 * rows), one(1, rows);
  const auto x = in.group(tiles);
  fill(x, 2 * depth, 6);
  const auto packed = numbers<double>(rows * depth, 7);
  const auto keep = [](std::size_t, simd::Batch<double> sum) { return sum; };
  expr::multiply<double>(packed.data(), rows, depth, 2, read_only(x), all.group(tiles), keep);
  for (std::size_t t = 0; t < tiles; ++t) {
    for (std::size_t vector = 0; vector < 2; ++vector) {
      const TileGroup<const double> alone{x.tile(t) + vector * depth * lanes, 0, 1};
      expr::multiply<double>(packed.data(), rows, depth, 1, alone, one.group(1), keep);
      const double* together = all.group(tiles).tile(t) + vector * rows * lanes;
      CHECK(std::equal(together, together + rows * lanes, one.group(1).data));
    }
  }
}

TEMPLATE_TEST_CASE("Registers of a row without samples are passed over, the others have the same bits", "",
                   float, double) {
  using T = TestType;
  constexpr std::size_t lanes = simd::lanes<T>, width = simd::width<T>;
  const auto keep = [](std::size_t, simd::Batch<T> sum) { return sum; };
  for (const auto rows : std::to_array<std::size_t>({1, 3, 8, 15, 31})) {
    for (const auto depth : std::to_array<std::size_t>({1, 33, 129})) {
      TileBuffer<T> in(tiles, depth), all(tiles, rows);
      fill(in.group(tiles), depth, 8);
      const auto packed = numbers<T>(rows * depth, 10);
      expr::multiply<T>(packed.data(), rows, depth, 1, read_only(in.group(tiles)), all.group(tiles), keep);
      for (const std::size_t samples : {std::size_t{1}, width, width + 1, lanes, lanes + 2 * width}) {
        TileBuffer<T> few(tiles, rows);
        fill(few.group(tiles), rows, 9);
        auto before = few;
        TileGroup<T> of_few = few.group(tiles);
        of_few.samples = samples;
        expr::multiply<T>(packed.data(), rows, depth, 1, read_only(in.group(tiles)), of_few, keep);
        std::size_t differing = 0;
        for (std::size_t at = 0; at < tiles * rows * lanes; ++at) {
          const std::size_t first = at / (rows * lanes) * lanes + at % lanes / width * width;
          auto& expected = first < samples ? all : before;
          differing += of_few.data[at] != expected.group(tiles).data[at];
        }
        CAPTURE(rows, depth, samples);
        CHECK(differing == 0);
      }
    }
  }
}
