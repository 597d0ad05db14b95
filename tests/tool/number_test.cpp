// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/number.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "nntk/error.hpp"

namespace nntk::tool {

TEST_CASE("A count is decimal digits within its range") {
  CHECK(parse_count("--n", "1") == 1);
  CHECK(parse_count("--n", "4096") == 4096);
  for (const char* text : {"", "0", "-1", "+1", " 1", "1 ", "1e3", "12abc", "0x10", "1.0", "4294967296",
                           "99999999999999999999999", "nan"})
    CHECK_THROWS_AS(parse_count("--n", text), UsageError);
}

TEST_CASE("Counts have commas between them and nothing else") {
  CHECK(parse_counts("--sizes", "7") == std::vector<std::size_t>{7});
  CHECK(parse_counts("--sizes", "10,3,100") == std::vector<std::size_t>{10, 3, 100});
  for (const char* text : {"", ",", "1,", ",1", "1,,2", "1, 2", "1;2", "1,0", "1,x"})
    CHECK_THROWS_AS(parse_counts("--sizes", text), UsageError);
}

TEST_CASE("A seed is any whole number of 64 bits") {
  CHECK(parse_seed("--seed", "0") == 0);
  CHECK(parse_seed("--seed", "18446744073709551615") == 18446744073709551615U);
  for (const char* text : {"", "-1", "18446744073709551616", "1e3"})
    CHECK_THROWS_AS(parse_seed("--seed", text), UsageError);
}

TEST_CASE("A radius is above 0 and a ridge not below, both finite") {
  CHECK(parse_positive("--radius", "1e-3") == 1e-3);
  CHECK(parse_not_negative("--ridge", "0") == 0);
  for (const char* text : {"", "inf", "nan", "-1", "1,5", "1e400", "0.1x"}) {
    CHECK_THROWS_AS(parse_positive("--radius", text), UsageError);
    CHECK_THROWS_AS(parse_not_negative("--ridge", text), UsageError);
  }
  CHECK_THROWS_AS(parse_positive("--radius", "0"), UsageError);
}

TEST_CASE("Times increase from 0 on, and may have no end") {
  CHECK(parse_times("--times", "0,0.5,1e3,inf") ==
        std::vector<double>{0, 0.5, 1e3, std::numeric_limits<double>::infinity()});
  CHECK(parse_times("--times", "2") == std::vector<double>{2});
  for (const char* wrong : {"", ",", "1,", ",1", "1,,2", "1,1", "2,1", "-1", "nan", "inf,inf", "1 2", "1,x"})
    CHECK_THROWS_AS(parse_times("--times", wrong), UsageError);
}

TEST_CASE("A refusal names the flag, what was expected and what was found") {
  CHECK_THROWS_WITH(parse_positive("--radius", "x"), "--radius: expected a number above 0, found 'x'");
  CHECK_THROWS_WITH(parse_count("--samples", "1e3"),
                    "--samples: expected a whole number from 1 to 4294967295, found '1e3'");
}

}  // namespace nntk::tool
