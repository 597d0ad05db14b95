// SPDX-License-Identifier: BSD-3-Clause
//
// What selections keep.
#include "nntk/arch/selection.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

namespace {

template <class Selection, std::size_t in>
std::array<bool, in> keep(const std::array<double, in>& values) {
  return Selection::template keep<in>([&](std::size_t unit) { return values[unit]; });
}

}  // namespace

TEST_CASE("TopK keeps the k largest, of equals the first, and numbers before what is none") {
  using nntk::TopK;
  CHECK(keep<TopK<2>, 4>({1, -3, 7, 2}) == std::array{false, false, true, true});
  CHECK(keep<TopK<3>, 4>({5, 5, 5, 5}) == std::array{true, true, true, false});
  CHECK(keep<TopK<4>, 4>({1, -3, 7, 2}) == std::array{true, true, true, true});
  CHECK(keep<TopK<1>, 3>({std::nan(""), -1e300, std::nan("")}) == std::array{false, true, false});
}

TEST_CASE("Largest keeps one of each group, of equals the first") {
  using nntk::Largest;
  CHECK(keep<Largest<2>, 4>({1, 2, 4, 3}) == std::array{false, true, true, false});
  CHECK(keep<Largest<3>, 3>({-1, -1, -1}) == std::array{true, false, false});
  CHECK(keep<Largest<1>, 2>({-1, 5}) == std::array{true, true});
}

TEST_CASE("MaxOut divides the width by its groups") {
  CHECK(nntk::MaxOut<3>::output_width(12) == 4);
  CHECK(nntk::MaxOut<3>::parameter_count(12) == 0);
}
