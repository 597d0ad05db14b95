// SPDX-License-Identifier: BSD-3-Clause
//
// Condition numbers that are known functions of the scales: what the search finds can be said in advance.
#include "nntk/analysis/condition_control.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "nntk/error.hpp"

namespace {

using namespace nntk;

/// Falls with every scale: 10⁶ for none.
double falling(std::span<const double> scales) {
  return 1e6 * std::exp(-std::accumulate(scales.begin(), scales.end(), 0.0));
}

}  // namespace

TEST_CASE("The largest scale that leads into the range is taken") {
  const auto found = control_condition(falling, 3, {1e2, 1e6}, 4.0);
  REQUIRE(found.size() == 3);
  for (const auto& scale : found) CHECK(scale.is_held);
  CHECK(found[0].alpha == 4.0);
  CHECK(found[1].alpha == 4.0);
  CHECK(found[2].alpha < 4.0);  // 10⁶ e^{−8} = 335, and 100 is 1.21 further
  CHECK(found[2].alpha > 1.21 / std::exp2(0.25));
  CHECK(found[2].condition == falling(std::array{4.0, 4.0, found[2].alpha}));
}

TEST_CASE("A range between two scales that are tried is found by its middle") {
  const auto found = control_condition(falling, 1, {999.999, 1000.001}, 10.0);
  CHECK(found[0].is_held);
  CHECK(std::abs(found[0].alpha - std::log(1e3)) <= 2e-6);
}

TEST_CASE("Where no scale leads into the range the nearest is taken, and said to be no more than that") {
  const auto below = control_condition(falling, 1, {1, 10}, 2.0);
  CHECK_FALSE(below[0].is_held);
  CHECK(below[0].alpha == 2.0);
  const auto above = control_condition(falling, 2, {2e6, 3e6}, 2.0);
  CHECK_FALSE(above[1].is_held);
  CHECK(above[1].alpha == 0.0);
}

TEST_CASE("A kernel that is singular without its blocks can be controlled") {
  const auto singular = [](std::span<const double> scales) {
    const double total = std::accumulate(scales.begin(), scales.end(), 0.0);
    return total > 0 ? 1 + 1 / (total * total) : std::numeric_limits<double>::infinity();
  };
  const auto found = control_condition(singular, 2, {50, 200}, 1.0);
  CHECK(found[0].is_held);
  CHECK(found[1].is_held);
}

TEST_CASE("Ranges and limits that mean nothing are refused") {
  CHECK_THROWS_AS(control_condition(falling, 1, {0.5, 10}, 1.0), UsageError);
  CHECK_THROWS_AS(control_condition(falling, 1, {10, 5}, 1.0), UsageError);
  CHECK_THROWS_AS(control_condition(falling, 1, {1, 10}, 0.0), UsageError);
  CHECK(control_condition(falling, 0, {1, 10}, 1.0).empty());
}
