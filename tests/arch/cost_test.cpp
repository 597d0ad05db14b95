// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/arch/cost.hpp"

#include <catch2/catch.hpp>

#include "nntk/arch/activation.hpp"

namespace {

using namespace nntk;

template <class... Declared>
constexpr arch::Cost cost = arch::forward_cost(typename Network<Declared...>::Stages{});

}  // namespace

TEST_CASE("A forward pass multiplies every weight and bias once") {
  STATIC_REQUIRE(cost<Input<3>, Dense<4>>.multiply_adds == 3 * 4 + 4);
  STATIC_REQUIRE(cost<Input<3>, Dense<4, Scale{1, 0}>>.multiply_adds == 3 * 4);
  STATIC_REQUIRE(cost<Input<3>, Dense<4>, Relu, Dense<2>>.multiply_adds == 16 + 10);
  STATIC_REQUIRE(cost<Input<3>, Repeat<3, Dense<3>>>.multiply_adds == 3 * 12);
}

TEST_CASE("A forward pass reads weights and values, and writes values") {
  STATIC_REQUIRE(cost<Input<3>, Dense<4>>.numbers == 12 + 3 + 4);
  STATIC_REQUIRE(cost<Input<3>, Dense<4>, Relu>.numbers == 19 + 8);
}

TEST_CASE("A Residual costs its body and one multiply-add a value") {
  STATIC_REQUIRE(cost<Input<3>, Residual<0.5, Dense<3>>>.multiply_adds == 12 + 3);
  STATIC_REQUIRE(cost<Input<3>, Residual<0.5, Dense<3>>>.numbers == (9 + 3 + 3) + 9);
}

TEST_CASE("A multiply-add is two floating-point operations") {
  STATIC_REQUIRE(arch::Cost{7, 0}.flops() == 14);
}
