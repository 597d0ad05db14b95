// SPDX-License-Identifier: BSD-3-Clause
//
// ω: what the stochastic layers draw, layer by layer.
#include "nntk/expr/noise.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace {

using namespace nntk;

template <class Network>
std::vector<double> draw(std::uint64_t seed, std::uint64_t number) {
  return expr::realisation<Network, double>(seed, number);
}

}  // namespace

TEST_CASE("A network takes as many numbers as its stochastic layers, bodies included") {
  using Net = Network<Input<3>, Dense<5>, Dropout<0.4>, Repeat<2, StochasticDepth<0.5, Dense<5>, Noise<0.3>>>,
                      BrownianOf<0.5, 2.0>, Dense<2>>;
  STATIC_REQUIRE(Net::noise_count == 5 + 2 * (1 + 5) + 9);
  STATIC_REQUIRE(Network<Input<3>, Dense<5>, Residual<0.5, Dense<5>>>::noise_count == 0);
}

TEST_CASE("Equal layers draw numbers of their own, and so do realisations and seeds") {
  using Net = Network<Input<8>, Noise<1.0>, Noise<1.0>, Dense<1>>;
  const auto noise = draw<Net>(1, 0);
  CHECK(noise == draw<Net>(1, 0));
  CHECK(noise != draw<Net>(1, 1));
  CHECK(noise != draw<Net>(2, 0));
  for (std::size_t i = 0; i < 8; ++i) CHECK(noise[i] != noise[8 + i]);
}

TEST_CASE("Realisations of a seed have the same frequencies, and may begin at any number") {
  using Net = Network<Input<3>, FourierFeatures<2>, Noise<1.0>, Dense<1>>;
  const auto one = draw<Net>(1, 5), other = draw<Net>(1, 6);
  CHECK(std::equal(one.begin(), one.begin() + 6, other.begin()));
  for (std::size_t i = 6; i < 10; ++i) CHECK(one[i] != other[i]);
  CHECK(draw<Net>(2, 5)[0] != one[0]);
  const expr::DrawnNoise<Net, double> noise(1, 2, 5);
  CHECK(std::equal(one.begin(), one.end(), noise[0]));
  CHECK(std::equal(other.begin(), other.end(), noise[1]));
}

// A share of n draws of probability q lies within 5 √(q(1−q)/n) of q, but for 6e-7 of the seeds.
TEST_CASE("Dropout drops that share of the units, and its mean is 1") {
  constexpr std::size_t n = 20000;
  const auto mask = draw<Network<Input<n>, Dropout<0.3>, Dense<1>>>(7, 0);
  std::size_t dropped = 0;
  for (const double m : mask) {
    CHECK((m == 0 || m == 1 / (1 - 0.3)));
    dropped += m == 0;
  }
  CHECK(std::abs(static_cast<double>(dropped) / n - 0.3) <= 5 * std::sqrt(0.3 * 0.7 / n));
}

TEST_CASE("Stochastic depth drops that share of its realisations") {
  using Net = Network<Input<2>, StochasticDepth<0.25, Dense<2>>>;
  constexpr int n = 20000;
  double kept = 0;
  for (std::uint64_t r = 0; r < n; ++r) kept += draw<Net>(3, r)[0];
  CHECK(std::abs(kept / n - 0.75) <= 5 * std::sqrt(0.25 * 0.75 / n));
}

// The square of a N(0, σ²) number has variance 2 σ⁴.
TEST_CASE("Noise has the deviation that it says") {
  constexpr std::size_t n = 20000;
  double square = 0;
  for (const double number : draw<Network<Input<n>, Noise<0.5>, Dense<1>>>(7, 0)) square += number * number;
  CHECK(std::abs(square / n - 0.25) <= 5 * 0.25 * std::sqrt(2.0 / n));
}

TEST_CASE("A Brownian path starts at 0, and its increments are independent of variance equal to the step") {
  using Layer = BrownianOf<0.5, 4.0>;
  using Net = Network<Input<1>, Layer, Dense<1>>;
  constexpr int n = 5000;
  constexpr std::size_t knots = 17;
  double square = 0, product = 0;
  for (std::uint64_t r = 0; r < n; ++r) {
    const auto path = draw<Net>(3, r);
    REQUIRE(path.size() == knots);
    REQUIRE(path[8] == 0);
    for (std::size_t k = 0; k + 1 < knots; ++k) square += (path[k + 1] - path[k]) * (path[k + 1] - path[k]);
    for (std::size_t k = 0; k + 2 < knots; ++k)
      product += (path[k + 1] - path[k]) * (path[k + 2] - path[k + 1]);
  }
  CHECK(std::abs(square / (n * 16) - 0.5) <= 5 * 0.5 * std::sqrt(2.0 / (n * 16)));
  CHECK(std::abs(product / (n * 15)) <= 5 * 0.5 / std::sqrt(n * 15.0));
}

TEST_CASE("A Brownian path is linear between its knots, and constant beyond the last") {
  const std::vector<double> knots{3, 1, 0, -2, 5};
  const BrownianOf<0.5, 1.0>::Path<double> path{knots.data()};
  const auto at = [&](double x) { return path.apply(x); };
  CHECK(at(0.0) == 0);
  CHECK(at(0.25) == Approx(-1));
  CHECK(at(0.75) == Approx(1.5));
  CHECK(at(-0.875) == Approx(2.5));
  CHECK(at(1.0) == 5);
  CHECK(at(9.0) == 5);
  CHECK(at(-9.0) == 3);
  CHECK(at(std::nan("")) == 3);
}
