// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/kernel/features.hpp"

#include <catch2/catch.hpp>

#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/kernel/tile_kernel.hpp"
#include "support/data.hpp"

namespace {

using namespace nntk;
constexpr std::size_t lanes = simd::lanes<double>;

using Net = Network<Input<3>, Dense<4>, Relu, Dense<2>>;

struct NoKernel {
  using Scalar = double;
};

}  // namespace

TEST_CASE("Samples lie in the lanes of tiles, and copies of the last fill up the last tile") {
  const test::Data x = test::normal_data(lanes + 2, 3);
  TileBuffer<double> buffer(2, 3);
  load_inputs(x.inputs(), 0, buffer.group(2));
  for (std::size_t place = 0; place < 2 * lanes; ++place) {
    const auto sample = x.sample(std::min(place, x.count() - 1));
    for (std::size_t f = 0; f < 3; ++f) {
      CHECK(buffer.group(2).tile(place / lanes)[f * lanes + place % lanes] == sample[f]);
    }
  }
}

TEST_CASE("Features are shared out in groups of tiles, the last of which may be smaller") {
  const Features<double> features(9 * lanes + 1, 5, 4);
  CHECK(features.tiles() == 10);
  CHECK(features.groups() == 3);
  CHECK(features.first_tile(2) == 8);
  CHECK(features.group(0).count == 4);
  CHECK(features.group(2).count == 2);
  CHECK(features.group(1).data == features.group(0).data + 4 * 5 * lanes);
}

TEST_CASE("Every kernel is a TileKernel, and not everything is") {
  STATIC_REQUIRE(TileKernel<LocalKernel<Net, double, tangent::Reduction::trace>>);
  STATIC_REQUIRE(TileKernel<LocalKernel<Net, float, tangent::Reduction::outputs>>);
  STATIC_REQUIRE(TileKernel<NonlocalKernel<Net, double>>);
  STATIC_REQUIRE(TileKernel<InfiniteKernel<Net, float>>);
  STATIC_REQUIRE_FALSE(TileKernel<NoKernel>);
  STATIC_REQUIRE_FALSE(TileKernel<int>);
}
