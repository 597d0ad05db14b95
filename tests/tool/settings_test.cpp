// SPDX-License-Identifier: BSD-3-Clause
//
// What `info` tells of the numbers that a layer is declared with.
#include <catch2/catch.hpp>
#include <string>

#include "nntk/tool/describe.hpp"

namespace {

using namespace nntk;

template <class L>
std::string settings() {
  std::string text;
  for (const auto& [name, value] : tool::settings_of(L{})) text += name + " " + std::to_string(value) + " ";
  return text;
}

}  // namespace

TEST_CASE("An activation is described with the numbers of its declaration") {
  CHECK(settings<Relu>().empty());
  CHECK(settings<LeakyReluOf<0.2>>() == "slope 0.200000 ");
  CHECK(settings<Rectified<1.5, -0.5>>() == "positive 1.500000 negative -0.500000 ");
  CHECK(settings<RbfOf<0.7>>() == "gamma 0.700000 ");
  CHECK(settings<GaussianOf<2.0, -0.75>>() == "factor 2.000000 exponent -0.750000 ");
  CHECK(settings<ExpOf<1.5, -0.5>>() == "factor 1.500000 rate -0.500000 ");
  CHECK(settings<Monomial<3>>() == "degree 3.000000 ");
  CHECK(settings<RectifiedMonomial<2>>() == "degree 2.000000 ");
  CHECK(settings<Hermite<4>>() == "degree 4.000000 ");
  CHECK(settings<Polynomial<1.0, 0.0, 2.0>>() == "c0 1.000000 c1 0.000000 c2 2.000000 ");
}
