// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/presentation.hpp"

#include <catch2/catch.hpp>

#include "nntk/error.hpp"

namespace nntk::tool {

using Catch::Contains;

TEST_CASE("Outputs of different names and those that are not asked for do not meet") {
  CHECK_NOTHROW(require_distinct_outputs(true, {{"--out", "a.npy"}, {"--plot", "a.png"}}));
  CHECK_NOTHROW(require_distinct_outputs(true, {{"--out", std::nullopt}, {"--plot", std::nullopt}}));
  CHECK_NOTHROW(require_distinct_outputs(false, {{"--out", "-"}}));
}

TEST_CASE("Two outputs with one name are refused, however it is written") {
  CHECK_THROWS_WITH(require_distinct_outputs(false, {{"--out", "a.png"}, {"--plot", "./b/../a.png"}}),
                    Contains("--out and --plot both name ./b/../a.png"));
  CHECK_THROWS_AS(require_distinct_outputs(false, {{"--a", "x"}, {"--b", std::nullopt}, {"--c", "x"}}),
                  UsageError);
}

TEST_CASE("JSON wants standard output for itself") {
  CHECK_THROWS_WITH(require_distinct_outputs(true, {{"--plot", "p.png"}, {"--out", "-"}}),
                    Contains("--json and --out - both want standard output"));
}

}  // namespace nntk::tool
