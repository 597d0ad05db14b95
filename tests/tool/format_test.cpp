// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/format.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "../../src/tool/table.hpp"

namespace nntk::tool {

TEST_CASE("Counts have a comma every three digits") {
  CHECK(show_count(0) == "0");
  CHECK(show_count(999) == "999");
  CHECK(show_count(1000) == "1,000");
  CHECK(show_count(1234567) == "1,234,567");
}

TEST_CASE("Durations have three digits and the unit that fits") {
  CHECK(show_duration(2.7e-5) == "27 us");
  CHECK(show_duration(0.002134) == "2.13 ms");
  CHECK(show_duration(2.5) == "2.5 s");
  CHECK(show_duration(75.2) == "1:15");
}

TEST_CASE("A clock has hours only when there are some") {
  CHECK(show_clock(9) == "0:09");
  CHECK(show_clock(4000) == "1:06:40");
}

TEST_CASE("Prefixes scale by 1024 for bytes and by 1000 for the rest") {
  CHECK(show_bytes(0) == "0 bytes");
  CHECK(show_bytes(1536) == "1.5 KiB");
  CHECK(show_magnitude(12) == "12");
  CHECK(show_magnitude(1.25e6) == "1.25 M");
}

TEST_CASE("Shapes are widths with crosses between") {
  CHECK(show_shape(std::array<std::size_t, 2>{256, 64}) == "256 x 64");
  CHECK(show_shape(std::array<std::size_t, 1>{7}) == "7");
}

TEST_CASE("A line has no control characters, and keeps what is not ASCII") {
  CHECK(show_line("a\nb\x1b") == "a\\x0ab\\x1b");
  CHECK(show_line("\xce\xb8") == "\xce\xb8");
}

TEST_CASE("Columns of a table are aligned, and no line ends in spaces") {
  CHECK(render_table({{"n", "12"}, {"trace", "3"}}, 1) == "n      12\ntrace   3\n");
  CHECK(render_table({{"a", "", ""}, {"b", "c", "d"}}, 3) == "a\nb  c  d\n");
}

}  // namespace nntk::tool
