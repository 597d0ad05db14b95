// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/arch/fourier.hpp"

#include <catch2/catch.hpp>

#include "nntk/arch/ecrn.hpp"
#include "nntk/arch/network.hpp"

namespace {

using namespace nntk;

constexpr auto falling = [](std::size_t layer) { return 0.5 / static_cast<double>(layer + 1); };

}  // namespace

TEST_CASE("Fourier features are two waves a frequency, whose directions are parameters if trained") {
  using Fixed = Network<Input<3>, FourierFeatures<8, 2.0>, Dense<1>>;
  using Trained = Network<Input<3>, FourierFeatures<8, 2.0, Training::trained>, Dense<1>>;
  STATIC_REQUIRE(Fixed::parameter_count == 16 + 1);
  STATIC_REQUIRE(Fixed::noise_count == 8 * 3);
  STATIC_REQUIRE(Trained::parameter_count == 8 * 3 + 16 + 1);
  STATIC_REQUIRE(Trained::noise_count == 0);
}

TEST_CASE("Blocks of ECRN have numbers of their own, and draw where they may be dropped") {
  using Kept = Network<Input<4>, EcrnBlocks<3, 4, falling>, Dense<1>>;
  STATIC_REQUIRE(Kept::parameter_count == 3 * 20 + 5);
  STATIC_REQUIRE(Kept::noise_count == 0);
  using Dropped =
      Network<Input<4>, EcrnBlocks<3, 4, per_layer<1.0, 0.5, 0.25>, per_layer<0.0, 0.1, 0.2>>, Dense<1>>;
  STATIC_REQUIRE(Dropped::noise_count == 2);
  STATIC_REQUIRE(
      std::same_as<EcrnBlocks<2, 4, falling, constant_law<0.0>, Tanh, Scale{}>,
                   Layers<Residual<0.5, Dense<4, Scale{}>, Tanh>, Residual<0.25, Dense<4, Scale{}>, Tanh>>>);
}
