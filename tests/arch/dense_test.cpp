// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/arch/dense.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace nntk;

TEST_CASE("A Dense layer has σ_w = 1 and σ_b = 0.1 unless it says otherwise") {
  STATIC_REQUIRE(Dense<4>::scale.weight == 1.0);
  STATIC_REQUIRE(Dense<4>::scale.bias == 0.1);
  STATIC_REQUIRE(Dense<4, Scale{.weight = 1.5, .bias = 0.05}>::scale.weight == 1.5);
  STATIC_REQUIRE(Dense<4, Scale{.bias = 0}>::scale.weight == 1.0);
}

TEST_CASE("A Dense layer owns W and, unless its scale is 0, b") {
  STATIC_REQUIRE(Dense<4>::parameter_count(3) == 16);
  STATIC_REQUIRE(Dense<4, Scale{1.0, 0.0}>::parameter_count(3) == 12);
  const auto blocks = Dense<4>::blocks(3);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].name == "weight");
  CHECK((blocks[0].rows == 4 && blocks[0].columns == 3 && blocks[0].offset == 0 && blocks[0].size() == 12));
  CHECK(blocks[1].name == "bias");
  CHECK((blocks[1].rows == 4 && blocks[1].columns == 0 && blocks[1].offset == 12 && blocks[1].size() == 4));
  CHECK(Dense<4, Scale{1.0, 0.0}>::blocks(3).size() == 1);
}

TEST_CASE("In neural-tangent parameterisation the forward pass scales, and parameters are standard normal") {
  using Layer = Dense<4, Scale{1.5, 0.05}>;
  CHECK(Layer::weight_factor(9) == 0.5);
  STATIC_REQUIRE(Layer::bias_factor() == 0.05);
  for (const ParameterBlock& block : Layer::blocks(9)) CHECK(block.deviation == 1.0);
}

TEST_CASE("In standard parameterisation the forward pass is plain, and the initial law scales") {
  using Layer = Dense<4, Scale{1.5, 0.05}, Parameterisation::standard>;
  CHECK(Layer::weight_factor(9) == 1.0);
  STATIC_REQUIRE(Layer::bias_factor() == 1.0);
  CHECK(Layer::blocks(9)[0].deviation == 0.5);
  CHECK(Layer::blocks(9)[1].deviation == 0.05);
}
