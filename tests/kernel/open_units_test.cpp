// SPDX-License-Identifier: BSD-3-Clause
//
// The units that are not 0 in a sample: their lists, when they are made, and contractions by them, to the
// bit.
#include "nntk/kernel/open_units.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "nntk/kernel/contraction.hpp"
#include "support/data.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// Of a tile and so many others that its open units are worth listing, whatever the processor.
constexpr TilePairs many{1, 8};

/// Rows of two tiles, of whose numbers a share is 0, of either sign.
template <class T>
struct SparseTiles {
  TileBuffer<T> buffer;
  SparseTiles(std::size_t rows, double open, std::size_t tiles = 2) : buffer(tiles, rows) {
    std::mt19937_64 generator(5);
    std::uniform_real_distribution<double> any(-1, 1), chance(0, 1);
    const TileGroup<T> group = buffer.group(tiles);
    for (std::size_t at = 0; at < tiles * rows * simd::lanes<T>; ++at) {
      const auto number = static_cast<T>(any(generator));
      group.data[at] = chance(generator) < open ? number : std::copysign(T(0), number);
    }
  }
  TileGroup<const T> group(std::size_t tiles = 2) { return read_only(buffer.group(tiles)); }
};

/// Places of a lane that are listed wrongly.
template <class T>
std::size_t count_wrong(const T* tile, std::size_t rows, const OpenTile& open) {
  constexpr std::size_t lanes = simd::lanes<T>;
  std::size_t wrong = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    std::size_t next = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      if (tile[row * lanes + lane] == T(0)) continue;
      wrong += open.places[lane * open_block + next++] != row * lanes ? 1 : 0;
    }
    wrong += open.counts[lane] != next ? 1 : 0;
  }
  return wrong;
}

template <class T>
bool is_listed(TileGroup<const T> group, std::size_t rows, const TilePairs& pairs, std::size_t vectors = 1) {
  OpenUnits<T> units(1);
  units.find(group, rows, pairs, vectors);
  return units.tile(0).places != nullptr;
}

}  // namespace

TEMPLATE_TEST_CASE("Open units of every lane are listed in order", "", double, float) {
  for (const std::size_t rows : {std::size_t{7}, std::size_t{32}, std::size_t{45}, open_block}) {
    for (const double share : {0.0, 0.1, 0.4}) {
      SparseTiles<TestType> tiles(rows, share);
      OpenUnits<TestType> units(2);
      units.find(tiles.group(), rows, {2, 8}, 1);
      for (std::size_t t = 0; t < 2; ++t) {
        CAPTURE(rows, share, t);
        REQUIRE(units.tile(t).places != nullptr);
        CHECK(count_wrong(tiles.group().tile(t), rows, units.tile(t)) == 0);
      }
    }
  }
}

TEST_CASE("What is not a number is open") {
  TileBuffer<double> tile(1, 9);
  double* numbers = tile.group(1).data;
  std::fill_n(numbers, 9 * simd::lanes<double>, 0.0);
  numbers[4 * simd::lanes<double> + 2] = std::numeric_limits<double>::quiet_NaN();
  OpenUnits<double> units(1);
  units.find(read_only(tile.group(1)), 9, many, 1);
  REQUIRE(units.tile(0).counts != nullptr);
  CHECK(units.tile(0).counts[2] == 1);
  CHECK(units.tile(0).places[2 * open_block] == 4 * simd::lanes<double>);
  CHECK(units.tile(0).counts[3] == 0);
}

TEMPLATE_TEST_CASE("Open units are listed where few are open and many samples meet them", "", double, float) {
  SparseTiles<TestType> half(open_block, 0.5, 1), most(open_block, 0.7, 1), all(open_block, 1.0, 1);
  CHECK(is_listed(half.group(1), open_block, many));
  CHECK_FALSE(is_listed(most.group(1), open_block, many));
  CHECK_FALSE(is_listed(all.group(1), open_block, many));
  CHECK_FALSE(is_listed(half.group(1), open_block, {1, 1}));
  CHECK(is_listed(half.group(1), open_block, {1, 1}, 8));
  CHECK_FALSE(is_listed(half.group(1), open_block, {1, 1, true}, 8));
  CHECK_FALSE(is_listed(half.group(1), open_block, {1, 8, false, simd::lanes<TestType> - 1}));
  OpenUnits<TestType> none(0);
  none.find(half.group(1), open_block, many, 1);
  CHECK(none.tile(0).places == nullptr);
}

TEMPLATE_TEST_CASE("Nothing is left of the units that were listed before", "", double, float) {
  SparseTiles<TestType> sparse(open_block, 0.4, 1), dense(open_block, 1.0, 1), few(9, 0.4, 1);
  OpenUnits<TestType> units(1);
  units.find(sparse.group(1), open_block, many, 1);
  units.find(few.group(1), 9, many, 1);
  REQUIRE(units.tile(0).places != nullptr);
  CHECK(count_wrong(few.group(1).tile(0), 9, units.tile(0)) == 0);
  units.find(dense.group(1), open_block, many, 1);
  CHECK(units.tile(0).places == nullptr);
}

TEMPLATE_TEST_CASE("A lane of a sparse tile may have all of its units open", "", double, float) {
  constexpr std::size_t lanes = simd::lanes<TestType>;
  SparseTiles<TestType> tiles(open_block, 0.2, 1);
  TestType* numbers = tiles.buffer.group(1).data;
  for (std::size_t row = 0; row < open_block; ++row)
    numbers[row * lanes] = numbers[row * lanes + lanes - 1] = TestType(1);
  OpenUnits<TestType> units(1);
  units.find(tiles.group(1), open_block, many, 1);
  REQUIRE(units.tile(0).places != nullptr);
  CHECK(units.tile(0).counts[lanes - 1] == open_block);
  CHECK(count_wrong(tiles.group(1).tile(0), open_block, units.tile(0)) == 0);
}

TEST_CASE("A tile meets another one where both are whole, and both of two neighbours from an even one on") {
  constexpr std::size_t lanes = 12;
  const TilePairs all{3, 5}, upper{5, 5, true}, uneven{3, 4, false, 7, 11};
  CHECK(all.meets(2, 4, lanes));
  CHECK_FALSE(all.meets(2, 5, lanes));
  CHECK(upper.meets(1, 2, lanes));
  CHECK_FALSE(upper.meets(2, 2, lanes));
  CHECK_FALSE(upper.meets(3, 2, lanes));
  CHECK(uneven.meets(1, 2, lanes));
  CHECK_FALSE(uneven.meets(2, 0, lanes));
  CHECK_FALSE(uneven.meets(1, 3, lanes));
  for (std::size_t j = 0; j < 4; ++j) CHECK(all.meets_both(2, j, lanes));
  CHECK_FALSE(all.meets_both(2, 4, lanes));
  CHECK(upper.meets_both(1, 3, lanes));
  CHECK_FALSE(upper.meets_both(0, 1, lanes));
  CHECK_FALSE(uneven.meets_both(1, 2, lanes));
}

TEMPLATE_TEST_CASE("Pairs of groups have the same bits whether zeros are passed over or not", "", double,
                   float) {
  using T = TestType;
  constexpr std::size_t lanes = simd::lanes<T>, tiles = 13;
  for (const std::size_t depth : {std::size_t{1}, std::size_t{45}, open_block}) {
    SparseTiles<T> numbers(depth, 0.4, tiles);
    const TileGroup<const T> group = numbers.group(tiles);
    for (const TilePairs pairs :
         {TilePairs{tiles, tiles}, TilePairs{tiles, tiles, true},
          TilePairs{tiles, tiles, true, lanes / 2, lanes / 2}, TilePairs{3, 11, false, 1, 2}}) {
      OpenUnits<T> units(tiles), none(0);
      units.find(group.part(0, pairs.rows), depth, pairs, 1);
      CAPTURE(depth, pairs.upper_triangle, pairs.last_row_samples);
      CHECK(units.tile(0).places != nullptr);
      for (const T constant : {T(0), T(0.5)}) {
        Block<T> found(tiles, 1), expected(tiles, 1);
        found.clear();
        expected.clear();
        const auto contract = [&](const OpenUnits<T>& open, Block<T>& to) {
          contract_pairs<open_block>(group, group, pairs, depth, open, [&](std::size_t p, std::size_t q) {
            return Store<T>{to.tile(0, p, q), simd::Batch<T>(constant)};
          });
          contract_pairs<open_block>(group, group, pairs, depth, open,
                                     [&](std::size_t p, std::size_t q) { return Add<T>{to.tile(0, p, q)}; });
        };
        contract(units, found);
        contract(none, expected);
        CHECK(std::memcmp(found.tile(0, 0, 0), expected.tile(0, 0, 0),
                          tiles * tiles * Block<T>::tile_size * sizeof(T)) == 0);
      }
    }
  }
}

TEMPLATE_TEST_CASE("Two vectors of a group have the same bits whether zeros are passed over or not", "",
                   double, float) {
  using T = TestType;
  constexpr std::size_t lanes = simd::lanes<T>, tiles = 5, vectors = 2;
  for (const std::size_t depth : {std::size_t{1}, std::size_t{45}, open_block}) {
    SparseTiles<T> numbers(vectors * depth, 0.2, tiles);
    const TileGroup<const T> group = numbers.group(tiles);
    for (const TilePairs pairs : {TilePairs{2, 5}, TilePairs{tiles, tiles, true, lanes / 2, lanes / 2}}) {
      OpenUnits<T> units(tiles), none(0);
      units.find(group.part(0, pairs.rows), depth, pairs, 48);  // of so many that lists pay anywhere
      CAPTURE(depth, pairs.upper_triangle);
      CHECK(units.tile(0).places != nullptr);
      Block<T> found(tiles, vectors), expected(tiles, vectors);
      found.clear();
      expected.clear();
      const auto finish_in = [](Block<T>& to) {
        return [&to](std::size_t p, std::size_t q, std::size_t second = 0) {
          return Add<T>{to.tile(second, p, q)};
        };
      };
      contract_two_vectors<open_block>(group, group, group.from_row(depth), pairs, depth, units,
                                       finish_in(found));
      contract_pairs<open_block>(group, group, pairs, depth, none, finish_in(expected));
      contract_pairs<open_block>(
          group, group.from_row(depth), pairs, depth, none,
          [&](std::size_t p, std::size_t q) { return Add<T>{expected.tile(1, p, q)}; });
      for (std::size_t vector = 0; vector < vectors; ++vector)
        CHECK(std::memcmp(found.tile(vector, 0, 0), expected.tile(vector, 0, 0),
                          tiles * tiles * Block<T>::tile_size * sizeof(T)) == 0);
    }
  }
}
