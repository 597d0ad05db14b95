// SPDX-License-Identifier: BSD-3-Clause
//
// Which networks have an infinite width, what its output modes hold, and that finite networks come to it.
#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/arch/ecrn.hpp"
#include "nntk/kernel/infinite.hpp"
#include "support/gram.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

template <std::size_t width>
using OneHidden = Network<Input<3>, Dense<width, Scale{1.5, 0.3}>, Relu, Dense<1>>;

struct Spread {
  double mean = 0, deviation = 0;  ///< of the entries at one place over draws of θ
};

/// The local kernel of the pair (0, 1) over draws of θ, around the limit.
template <class Net>
Spread deviation_from_limit(const Data& x, double limit, std::uint64_t draws) {
  Spread spread;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const auto theta = normal_theta<Net>(1000 + seed);
    const double error = local_gram<Net, double>(theta, OutputMode::sum, x)[1] - limit;
    spread.mean += error / static_cast<double>(draws);
    squares += error * error / static_cast<double>(draws);
  }
  spread.deviation = std::sqrt(squares - spread.mean * spread.mean);
  return spread;
}

}  // namespace

TEST_CASE("Finite networks come to the infinite width as one over the root of the width") {
  // With one hidden layer the mean over θ is the limit at every width; the spread is that of a mean of
  // `width` independent units. 32 draws know a deviation to 13 %, so its true ratio of 4 lies within [2, 8].
  constexpr std::uint64_t draws = 32;
  const Data x{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6}};
  const double limit =
      gram_of(InfiniteKernel<OneHidden<1>, double>(InfiniteKind::ntk, OutputMode::mean), x)[1];
  const Spread narrow = deviation_from_limit<OneHidden<256>>(x, limit, draws),
               broad = deviation_from_limit<OneHidden<4096>>(x, limit, draws);
  CHECK(std::abs(narrow.mean) <= standard_errors * narrow.deviation / std::sqrt(draws));
  CHECK(std::abs(broad.mean) <= standard_errors * broad.deviation / std::sqrt(draws));
  CHECK(narrow.deviation / broad.deviation > 2);
  CHECK(narrow.deviation / broad.deviation < 8);
}

TEST_CASE("Finite networks whose branches end with Relu come to a limit that has their mean") {
  // The error of a mean of 32 draws is 0.012, far above the bias of order 1/512. Both means over units are
  // about 0.4: without them the limit is less by 0.8 (m m'_body + m_body m') = 0.28, 20 such errors.
  constexpr std::uint64_t draws = 32;
  constexpr std::size_t width = 512;
  using Net = Network<Input<3>, Dense<width, Scale{1.5, 0.3}>, Relu,
                      Residual<0.8, Dense<width, Scale{1.5, 0.3}>, Relu>, Dense<1>>;
  const Data x{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6}};
  const double limit = gram_of(InfiniteKernel<Net, double>(InfiniteKind::ntk, OutputMode::mean), x)[1];
  const Spread found = deviation_from_limit<Net>(x, limit, draws);
  CHECK(std::abs(found.mean) <= standard_errors * found.deviation / std::sqrt(draws));
}

TEST_CASE("Finite networks of ECRN come to its limit") {
  constexpr std::uint64_t draws = 32;
  using Net = Network<Input<3>, FourierFeatures<256, 0.25, Training::trained>,
                      EcrnBlocks<2, 512, per_layer<0.8, 0.4>>, Dense<1>>;
  const Data x{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6}};
  const double limit = gram_of(InfiniteKernel<Net, double>(InfiniteKind::ntk, OutputMode::mean), x)[1];
  const Spread found = deviation_from_limit<Net>(x, limit, draws);
  CHECK(std::abs(found.mean) <= standard_errors * found.deviation / std::sqrt(draws));
}

TEST_CASE("The outputs of an infinitely wide network are independent and alike") {
  using Net = Network<Input<3>, Dense<4>, Erf, Dense<3>>;
  const Data x = normal_data(5, 3);
  const auto at = [&](OutputMode mode) {
    return gram_of(InfiniteKernel<Net, double>(InfiniteKind::ntk, mode), x);
  };
  const auto mean = at(OutputMode::mean), sum = at(OutputMode::sum), full = at(OutputMode::full);
  const auto diagonal = at(OutputMode::diagonal);
  for (std::size_t pair = 0; pair < mean.size(); ++pair) {
    REQUIRE(sum[pair] == 3 * mean[pair]);
    for (std::size_t e = 0; e < 9; ++e) REQUIRE(full[pair * 9 + e] == (e % 4 == 0 ? mean[pair] : 0.0));
    for (std::size_t o = 0; o < 3; ++o) REQUIRE(diagonal[pair * 3 + o] == mean[pair]);
  }
}

TEST_CASE("A network has an infinite width where activations see Dense and branches contain it") {
  STATIC_REQUIRE(has_infinite_width<Network<Input<3>, Dense<4>, Relu, Dense<1>>>);
  STATIC_REQUIRE(has_infinite_width<Network<Input<3>, Dense<4>, Tanh>>);
  STATIC_REQUIRE(has_infinite_width<Network<Input<3>, Identity, Dense<4>, Identity, Relu, Dense<1>>>);
  STATIC_REQUIRE(
      has_infinite_width<Network<Input<3>, Dense<4>, Residual<1.0, Relu, Dense<4>>, Relu, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Relu, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Dense<4>, Relu, Relu, Dense<1>>>);
  STATIC_REQUIRE(has_infinite_width<Network<Input<3>, Dense<4>, Residual<1.0, Dense<4>, Relu>, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<4>, Residual<1.0, Dense<4>, Relu>, Dense<1>>>);
  STATIC_REQUIRE_FALSE(
      has_infinite_width<Network<Input<3>, Dense<4>, Residual<1.0, Dense<4>, Relu>, Relu, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Dense<4>, Residual<1.0, Identity>, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<4>, Residual<1.0, Dense<4>>, Relu, Dense<1>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<4>, Residual<1.0, Relu, Dense<4>>, Dense<1>>>);
}
