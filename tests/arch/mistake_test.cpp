// SPDX-License-Identifier: BSD-3-Clause
//
// Wrong declarations are recognised for what they are. The sentences are matched by the tests that must not
// compile.
#include "nntk/arch/mistake.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "nntk/arch/activation.hpp"

namespace {

using namespace nntk;
using enum arch::Mistake;

struct NoLayer {};

template <class... Declared>
constexpr arch::Mistake mistake = arch::Diagnosis<Declared...>::mistake;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("A right declaration has no mistake") {
  STATIC_REQUIRE(mistake<Input<3>, Dense<4>, Relu, Dense<1>> == none);
  STATIC_REQUIRE(mistake<Input<3>, Residual<-1.0, Dense<3>>> == none);
  STATIC_REQUIRE(mistake<Input<3>, Repeat<2, Layers<Dense<4>>, Tanh>> == none);
}

TEST_CASE("A Network starts with one Input of some width, and a layer follows") {
  STATIC_REQUIRE(mistake<> == empty);
  STATIC_REQUIRE(mistake<Dense<4>> == no_input);
  STATIC_REQUIRE(mistake<Dense<4>, Input<3>> == no_input);
  STATIC_REQUIRE(mistake<Input<3>> == no_layers);
  STATIC_REQUIRE(mistake<Input<0>, Dense<4>> == zero_width);
  STATIC_REQUIRE(mistake<Input<3>, Dense<4>, Input<4>> == second_input);
  STATIC_REQUIRE(mistake<Input<3>, Residual<1.0, Input<3>>> == second_input);
}

TEST_CASE("Entries are layers with a width, wherever they stand") {
  STATIC_REQUIRE(mistake<Input<3>, NoLayer> == not_a_layer);
  STATIC_REQUIRE(mistake<Input<3>, int, Dense<4>> == not_a_layer);
  STATIC_REQUIRE(mistake<Input<3>, Residual<1.0, NoLayer>> == not_a_layer);
  STATIC_REQUIRE(mistake<Input<3>, Repeat<2, Layers<NoLayer>>> == not_a_layer);
  STATIC_REQUIRE(mistake<Input<3>, Dense<0>> == zero_width);
  STATIC_REQUIRE(mistake<Input<3>, Layers<Dense<2>, Dense<0>>> == zero_width);
}

TEST_CASE("Scales are finite, and those of Dense not negative") {
  STATIC_REQUIRE(mistake<Input<3>, Dense<4, Scale{-1.0, 0.1}>> == bad_scale);
  STATIC_REQUIRE(mistake<Input<3>, Dense<4, Scale{1.0, infinity}>> == bad_scale);
  STATIC_REQUIRE(mistake<Input<3>, Residual<infinity, Dense<3>>> == bad_scale);
}

TEST_CASE("Combinators hold layers, and a Residual keeps its width") {
  STATIC_REQUIRE(mistake<Input<3>, Repeat<0, Dense<3>>> == no_repetitions);
  STATIC_REQUIRE(mistake<Input<3>, Repeat<2>> == empty_body);
  STATIC_REQUIRE(mistake<Input<3>, Layers<>> == empty_body);
  STATIC_REQUIRE(mistake<Input<3>, Residual<1.0>> == empty_body);
  STATIC_REQUIRE(mistake<Input<3>, Residual<1.0, Dense<4>>> == residual_changes_width);
  STATIC_REQUIRE(mistake<Input<3>, Dense<5>, Residual<1.0, Dense<3>, Residual<1.0, Dense<5>>>> ==
                 residual_changes_width);
}

TEST_CASE("A Network has parameters, and the first mistake is the one that is told") {
  STATIC_REQUIRE(mistake<Input<3>, Relu> == no_parameters);
  STATIC_REQUIRE(mistake<Input<3>, Dense<0>, NoLayer> == zero_width);
  STATIC_REQUIRE(mistake<Input<3>, NoLayer, Dense<0>> == not_a_layer);
}
