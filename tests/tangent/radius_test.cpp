// SPDX-License-Identifier: BSD-3-Clause
//
// Radius laws by their moments.
#include "nntk/tangent/radius.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/displacement.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;
using nntk::test::Mean;

/// E[r^power] over many samples.
template <class Radius>
Mean moment(const Radius& radius, double power, std::size_t p) {
  Mean mean;
  for (std::uint64_t k = 0; k < 20000; ++k)
    mean.add(std::pow(radius.draw(random::Source(2, random::Stream::radius, k), p), power));
  return mean;
}

}  // namespace

TEST_CASE("A fixed radius is the length of every displacement") {
  const Law<double, FixedRadius, GaussianDirection> law({0.25}, {}, 1);
  for (std::uint64_t k = 0; k < 10; ++k) {
    std::vector<double> displaced(101);
    const auto drawn = law.displace(k, std::vector<double>(101), displaced);
    double square = 0;
    for (const double d : displaced) square += d * d;
    CHECK(drawn.norm == 0.25);
    CHECK(std::sqrt(square) == Approx(0.25).epsilon(1e-14));
  }
}

TEST_CASE("The squared length of a Gaussian radius is that of N(0, radius²/p I)") {
  constexpr double p = 3;
  CHECK(moment(GaussianRadius{0.5}, 2, 3).meets(0.25));
  CHECK(moment(GaussianRadius{0.5}, 4, 3).meets(0.0625 * (p + 2) / p));  // E[χ⁴] = p (p + 2)
}

TEST_CASE("The moments of a uniform ball are radius^n p/(p + n)") {
  CHECK(moment(BallRadius{0.5}, 1, 3).meets(0.5 * 3 / 4));
  CHECK(moment(BallRadius{0.5}, 2, 3).meets(0.25 * 3 / 5));
  CHECK(moment(BallRadius{2}, 2, 1).meets(4.0 / 3));
}

TEST_CASE("A Riesz radius has the density r^(−s) between its cuts, whatever p is") {
  // E[r^n] = (1 − s)/(1 − s + n) · (R^(1−s+n) − ε^(1−s+n))/(R^(1−s) − ε^(1−s)); for s = 1 the limit.
  const auto expected = [](double inner, double order, double n) {
    const double a = 1 - order;
    return a / (a + n) * (1 - std::pow(inner, a + n)) / (1 - std::pow(inner, a));
  };
  for (const double order : {0.25, 0.5, 0.75}) {
    CHECK(moment(RieszRadius{1, 0, order}, 1, 7).meets(expected(0, order, 1)));
    CHECK(moment(RieszRadius{1, 0.1, order}, 2, 7).meets(expected(0.1, order, 2)));
  }
  CHECK(moment(RieszRadius{1, 0.1, 1.5}, 1, 2).meets(expected(0.1, 1.5, 1)));
  CHECK(moment(RieszRadius{1, 0.1, 1}, 1, 2).meets(0.9 / std::log(10.0)));
}

TEST_CASE("A Riesz radius lies between its cuts") {
  const RieszRadius radius{0.5, 0.2, 0.5};
  for (std::uint64_t k = 0; k < 1000; ++k) {
    const double r = radius.draw(random::Source(3, random::Stream::radius, k), 4);
    CHECK((r >= 0.2 && r <= 0.5));
  }
}
