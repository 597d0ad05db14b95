// SPDX-License-Identifier: BSD-3-Clause
//
// Initial parameters: standard normal numbers of a seed, scaled by each block's own law.
#include "nntk/expr/initialise.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/tolerance.hpp"

namespace {

using namespace nntk;

constexpr auto standard = Parameterisation::standard;
using Plain = Network<Input<4>, Dense<3>, Residual<1.0, Dense<3>>>;
using Scaled = Network<Input<4>, Dense<3, Scale{3.0, 0.5}, standard>,
                       Residual<1.0, Dense<3, Scale{2.0, 0.25}, standard>>>;

}  // namespace

TEST_CASE("Initial parameters are the numbers of their seed, scaled block by block, inside branches too") {
  const auto plain = initial_parameters<Plain>(3), scaled = initial_parameters<Scaled>(3);
  REQUIRE(plain.size() == 15 + 12);
  std::vector<double> drawn(plain.size());
  random::fill_normal(random::Source(3, random::Stream::parameters), 0, std::span(drawn));
  CHECK(plain == drawn);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const double deviation = i < 12 ? 1.5 : (i < 15 ? 0.5 : (i < 24 ? 2.0 / std::sqrt(3.0) : 0.25));
    CHECK(scaled[i] == drawn[i] * deviation);
  }
}

TEST_CASE("A seed always gives the same parameters, and another seed others") {
  CHECK(initial_parameters<Plain>(3) == initial_parameters<Plain>(3));
  CHECK(initial_parameters<Plain>(3) != initial_parameters<Plain>(4));
}

TEST_CASE("Initial parameters follow each block's law") {
  using Wide = Network<Input<25>, Dense<200>, Dense<200, Scale{3.0, 0.5}, standard>>;
  const auto theta = initial_parameters<Wide>(7);
  const auto check = [&](std::size_t first, std::size_t count, double deviation) {
    double mean = 0, square = 0;
    for (const double value : std::span(theta).subspan(first, count)) {
      mean += value / static_cast<double>(count), square += value * value / static_cast<double>(count);
    }
    const double unit = test::standard_errors / std::sqrt(static_cast<double>(count));
    CHECK(std::abs(mean) <= unit * deviation);
    CHECK(std::abs(square / (deviation * deviation) - 1) <= unit * std::sqrt(2.0));
  };
  check(0, 5000, 1.0), check(5000, 200, 1.0);
  check(5200, 40000, 3.0 / std::sqrt(200.0)), check(45200, 200, 0.5);
}
