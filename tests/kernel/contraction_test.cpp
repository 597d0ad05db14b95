// SPDX-License-Identifier: BSD-3-Clause
//
// The Gram contraction of two tiles, its blocks and what may be done with the sums.
#include "nntk/kernel/contraction.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/kernel/outputs.hpp"
#include "support/data.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr std::size_t lanes = simd::lanes<double>, square = lanes * lanes;
using V = simd::Batch<double>;

struct Tiles {
  TileBuffer<double> left, right;
  /// With a row to spare, so that there is memory for a depth of 0.
  explicit Tiles(std::size_t depth) : left(1, depth + 1), right(1, depth + 1) {
    const auto drawn = normal_numbers(2 * depth * lanes, 3);
    std::copy_n(drawn.data(), depth * lanes, i());
    std::copy_n(drawn.data() + depth * lanes, depth * lanes, j());
  }
  double* i() { return left.group(1).data; }
  double* j() { return right.group(1).data; }

  /// Whether `found` is scale · (sum over rows + plus) at every pair of lanes.
  bool match(const double* found, std::size_t depth, double plus, double scale) {
    bool is_right = true;
    for (std::size_t at = 0; at < square; ++at) {
      long double sum = plus, magnitude = std::abs(plus);
      for (std::size_t k = 0; k < depth; ++k) {
        const long double product =
            static_cast<long double>(i()[k * lanes + at / lanes]) * j()[k * lanes + at % lanes];
        sum += product, magnitude += std::abs(product);
      }
      const long double error = std::abs(found[at] - scale * sum);
      is_right = is_right && error <= 2 * static_cast<long double>(sum_tolerance<double>(depth)) *
                                          std::abs(scale) * magnitude;
    }
    return is_right;
  }
};

}  // namespace

TEST_CASE("Two tiles are contracted over any depth") {
  for (const auto depth : std::to_array<std::size_t>({0, 1, 2, 7, 33, 300})) {
    Tiles tiles(depth);
    Block<double> block(1, 1);
    double* to = block.tile(0, 0, 0);
    contract_tile<double>(tiles.i(), tiles.j(), depth, Store<double>{to, V(0.5)});
    CHECK(tiles.match(to, depth, 0.5, 1));
    contract_tile<double>(tiles.i(), tiles.j(), depth, Add<double>{to});
    CHECK(tiles.match(to, depth, 0.25, 2));
  }
}

TEST_CASE("Of a part of a pair of tiles all that is asked for is right, and only its registers are touched") {
  constexpr std::size_t depth = 33, width = simd::width<double>, block_rows = simd::row_block;
  Tiles tiles(depth);
  Block<double> block(1, 2);
  double *whole = block.tile(0, 0, 0), *part = block.tile(1, 0, 0);
  contract_tile<double>(tiles.i(), tiles.j(), depth, Store<double>{whole, V(0.5)});
  for (const std::size_t rows : {std::size_t{1}, width, lanes - 1, lanes}) {
    for (const std::size_t columns : {std::size_t{1}, width, width + 1, lanes, TilePairs::whole}) {
      for (const bool on_diagonal : {false, true}) {
        if (on_diagonal && rows != std::min(columns, lanes)) continue;
        std::fill_n(part, square, -1.0);
        contract_part<double>(tiles.i(), tiles.j(), depth, {rows, columns, on_diagonal},
                              Store<double>{part, V(0.5)});
        std::size_t wrong = 0;
        for (std::size_t at = 0; at < square; ++at) {
          const std::size_t i = at / lanes, j = at % lanes;
          const bool is_asked = i < rows && j < columns && (!on_diagonal || i <= j);
          const bool is_behind = j / width * width >= columns || i / block_rows * block_rows >= rows;
          const bool is_below = on_diagonal && j / width < i / block_rows * block_rows / width;
          if (is_asked) wrong += part[at] != whole[at] ? 1 : 0;
          if (rows > 1 && (is_behind || is_below)) wrong += part[at] != -1 ? 1 : 0;
        }
        CAPTURE(rows, columns, on_diagonal);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("The extent of a pair of tiles ends where the samples do") {
  const TilePairs pairs{2, 3, false, 5, 7};
  CHECK(pairs.extent(0, 0).rows == TilePairs::whole);
  CHECK(pairs.extent(1, 0).rows == 5);
  CHECK(pairs.extent(1, 1).columns == TilePairs::whole);
  CHECK(pairs.extent(0, 2).columns == 7);
  CHECK_FALSE(pairs.extent(1, 1).on_diagonal);
  CHECK(TilePairs{2, 2, true}.extent(1, 1).on_diagonal);
  CHECK_FALSE(TilePairs{2, 2, true}.extent(0, 1).on_diagonal);
}

TEST_CASE("A contraction may be multiplied into a block as it leaves the registers") {
  Tiles tiles(9);
  Block<double> block(1, 2);
  double *to = block.tile(0, 0, 0), *by = block.tile(1, 0, 0);
  std::fill_n(by, square, 3.0);
  const auto contracted_by = [&](const auto& finish) {
    std::fill_n(to, square, 0.0);
    contract_tile<double>(tiles.i(), tiles.j(), 9, finish);
    return to;
  };
  CHECK(tiles.match(contracted_by(ScaleAdd<double>{to, V(2.0)}), 9, 0.0, 2));
  CHECK(tiles.match(contracted_by(MultiplyAdd<double>{to, by}), 9, 0.0, 3));
}

TEST_CASE("A contraction may stride over rows") {
  Tiles tiles(6);
  Tiles every_other(3);
  for (std::size_t k = 0; k < 3; ++k) {
    std::copy_n(tiles.i() + 2 * k * lanes, lanes, every_other.i() + k * lanes);
    std::copy_n(tiles.j() + 2 * k * lanes, lanes, every_other.j() + k * lanes);
  }
  Block<double> block(1, 1);
  contract_tile<double>(tiles.i(), tiles.j(), 3, Store<double>{block.tile(0, 0, 0), V(0.0)}, 2 * lanes);
  CHECK(every_other.match(block.tile(0, 0, 0), 3, 0, 1));
}

TEST_CASE("Pairs of tiles are all pairs, or those of the upper triangle, each once") {
  std::size_t all = 0, upper = 0;
  TilePairs{3, 4, false}.for_each([&](std::size_t, std::size_t) { ++all; });
  TilePairs{4, 4, true}.for_each([&](std::size_t i, std::size_t j) { upper += i <= j ? 1 : 100; });
  CHECK(all == 12);
  CHECK(upper == 10);
}

TEST_CASE("Every entry and pair of tiles of a block has a place of its own") {
  constexpr std::size_t line = simd::alignment / sizeof(double);
  Block<double> block(2, 3);
  CHECK(block.tile(2, 1, 1) == block.tile(0, 0, 0) + 11 * square + 2 * line);
  CHECK(block.tile(0, 0, 1) == block.tile(0, 0, 0) + square);
  CHECK(block.entries() == 3);
  CHECK(block.bytes() == 3 * (4 * square + line) * sizeof(double));
  *block.tile(2, 1, 1) = 5;
  block.clear();
  CHECK(*block.tile(2, 1, 1) == 0);
}

TEST_CASE("Output modes have their entries, and an entry turned round twice is itself") {
  STATIC_REQUIRE(entries_of(OutputMode::sum, 3) == 1);
  STATIC_REQUIRE(entries_of(OutputMode::mean, 3) == 1);
  STATIC_REQUIRE(entries_of(OutputMode::full, 3) == 9);
  STATIC_REQUIRE(entries_of(OutputMode::diagonal, 3) == 3);
  STATIC_REQUIRE(mirrored_entry(OutputMode::full, 3, 5) == 7);
  STATIC_REQUIRE(mirrored_entry(OutputMode::diagonal, 3, 2) == 2);
  STATIC_REQUIRE(output_pair(OutputMode::full, 3, 5).left == 1);
  STATIC_REQUIRE(output_pair(OutputMode::full, 3, 5).right == 2);
  STATIC_REQUIRE(output_pair(OutputMode::diagonal, 3, 2).right == 2);
}
