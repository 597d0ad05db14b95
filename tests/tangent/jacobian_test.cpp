// SPDX-License-Identifier: BSD-3-Clause
//
// The dense Jacobian, which is the oracle of the rest, against the complex step through networks written out
// by hand.
#include "nntk/tangent/jacobian.hpp"

#include <catch2/catch.hpp>

#include "support/complex_sweep.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Net =
    Network<Input<3>, Dense<4>, Tanh, Residual<-0.5, Dense<5, Scale{1.5, 0.0}>, Sin, Dense<4>>, Dense<2>>;

ComplexVector by_hand(const ComplexVector& theta, const ComplexVector& x) {
  ComplexSweep sweep(theta);
  const auto z = map(sweep.dense(x, 4), complex_tanh);
  const auto branch = sweep.dense(map(sweep.dense(z, 5, 1.5, 0.0), complex_sin), 4);
  return sweep.dense(add(z, -0.5, branch), 2);
}

const Data x = normal_data(3, 3);

}  // namespace

TEST_CASE("The output of a network is its formula") {
  const auto theta = normal_theta<Net>();
  for (std::size_t i = 0; i < x.count(); ++i) {
    const std::vector<double> input(x.sample(i).begin(), x.sample(i).end());
    const auto found = tangent::output<Net>(std::span<const double>(theta), input);
    const auto expected = by_hand({theta.begin(), theta.end()}, {input.begin(), input.end()});
    REQUIRE(found.size() == 2);
    for (std::size_t o = 0; o < 2; ++o) CHECK(std::abs(found[o] - expected[o].real()) <= 10 * function_f64);
  }
}

TEST_CASE("The Jacobian by dual numbers is that of the complex step, however many directions go at a time") {
  const auto theta = normal_theta<Net>();
  const Jacobians expected = complex_jacobians(by_hand, 2, theta, x);
  const auto first = expected.rows(0, OutputMode::sum, 0);
  const auto eight = tangent::jacobian<Net>(theta, x.sample(0)),
             three = tangent::jacobian<Net, 3>(theta, x.sample(0));
  REQUIRE(eight.size() == first.size());
  CHECK(eight == three);
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(std::abs(eight[i] - first[i]) <= 10 * function_f64);
}
