// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/expr/tile.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>

namespace {

using namespace nntk;
constexpr std::size_t lanes = simd::lanes<double>;

}  // namespace

TEST_CASE("A buffer is aligned and zero at first") {
  const AlignedBuffer<float> buffer(37);
  CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % simd::alignment == 0);
  CHECK(buffer.size() == 37);
  CHECK(std::all_of(buffer.data(), buffer.data() + 37, [](float x) { return x == 0; }));
}

TEST_CASE("Every row of a tile is aligned to a register") {
  STATIC_REQUIRE(simd::lanes<double> % simd::width<double> == 0);
  STATIC_REQUIRE(simd::lanes<float> % simd::width<float> == 0);
  STATIC_REQUIRE(simd::lanes<double> % simd::row_block == 0);
  STATIC_REQUIRE(simd::alignment >= simd::width<double> * sizeof(double));
}

TEST_CASE("A group names the same rows of each of its tiles") {
  TileBuffer<double> buffer(3, 5);
  const TileGroup<double> group = buffer.group(3);
  CHECK(group.tile(2) == group.data + 2 * 5 * lanes);
  CHECK(group.from_row(4).tile(1) == group.tile(1) + 4 * lanes);
  CHECK(group.from_row(4).before(3).data == group.data + lanes);
  CHECK(buffer.bytes() == 3 * 5 * lanes * sizeof(double));
}

TEST_CASE("A group says how many lanes and registers of its tiles hold samples, and only those are mapped") {
  TileBuffer<double> buffer(3, 5);
  TileGroup<double> group = buffer.group(3);
  CHECK(group.lanes(2) == lanes);
  CHECK(group.registers(2) == simd::registers_per_row);
  group.samples = lanes + 2;
  CHECK(group.lanes(0) == lanes);
  CHECK(group.from_row(1).lanes(1) == 2);
  CHECK(group.registers(1) == (simd::width<double> == 1 ? 2 : 1));
  CHECK(group.before(1).lanes(2) == 0);
  CHECK(read_only(buffer.group_like(group)).registers(2) == 0);
  map_rows<double>(read_only(group), group, 5, [](auto x) { return x + simd::Batch<double>(1.0); });
  std::size_t mapped = 0;
  for (std::size_t i = 0; i < 3 * 5 * lanes; ++i) mapped += group.data[i] == 1 ? 1 : 0;
  CHECK(mapped == 5 * (lanes + group.registers(1) * simd::width<double>));
}

TEST_CASE("A part of a group has its own samples") {
  TileBuffer<double> buffer(4, 5);
  TileGroup<double> group = buffer.group(4);
  CHECK(group.part(1, 2).lanes(1) == lanes);
  group.samples = 2 * lanes + 2;
  CHECK(group.part(1, 3).count == 3);
  CHECK(group.part(1, 3).data == group.tile(1));
  CHECK(group.from_row(2).part(2, 2).tile(1) == group.tile(3) + 2 * lanes);
  CHECK(group.part(1, 3).lanes(0) == lanes);
  CHECK(group.part(1, 3).lanes(1) == 2);
  CHECK(group.part(3, 1).lanes(0) == 0);
}

TEST_CASE("Rows are mapped, combined and copied in every tile, and no others") {
  TileBuffer<double> left(2, 4), right(2, 4);
  const auto a = left.group(2), b = right.group(2);
  for (std::size_t i = 0; i < 8 * lanes; ++i) a.data[i] = static_cast<double>(i), b.data[i] = 1.0;
  combine_rows<double>(read_only(a), b, 2, [](auto out, auto in) { return out + in; });
  copy_rows(b, a.from_row(2), 2);
  map_rows<double>(read_only(a), a, 1, [](auto x) { return x * simd::Batch<double>(2.0); });
  for (std::size_t t = 0; t < 2; ++t) {
    for (std::size_t i = 0; i < 4 * lanes; ++i) {
      const double original = static_cast<double>(t * 4 * lanes + i);
      CHECK(b.tile(t)[i] == (i < 2 * lanes ? original + 1 : 1.0));
      if (i < 2 * lanes) CHECK(a.tile(t)[i] == (i < lanes ? 2 * original : original));
      if (i >= 2 * lanes) CHECK(a.tile(t)[i] == b.tile(t)[i - 2 * lanes]);
    }
  }
}
