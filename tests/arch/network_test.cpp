// SPDX-License-Identifier: BSD-3-Clause
//
// What follows from a declaration at compile time: widths, offsets, counts.
#include "nntk/arch/network.hpp"

#include <catch2/catch.hpp>
#include <type_traits>
#include <vector>

#include "nntk/arch/activation.hpp"

namespace {

using namespace nntk;
using arch::Bind;
using arch::Stages;

constexpr Scale no_bias{1.0, 0.0};

/// A layer of a user's own: it halves the width.
struct Pool {
  static constexpr std::string_view name = "Pool";
  static constexpr std::size_t output_width(std::size_t in) { return in / 2; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
};

/// How often each parameter lies in a block of a Dense stage.
void count(std::vector<int>& /*uses*/, Stages<> /*stages*/) {}
template <class Stage, class... Rest>
void count(std::vector<int>& uses, Stages<Stage, Rest...> /*stages*/) {
  using Layer = typename Stage::Declared;
  if constexpr (requires { Layer::blocks(Stage::in); }) {
    for (const ParameterBlock& block : Layer::blocks(Stage::in)) {
      for (std::size_t i = 0; i < block.size(); ++i) ++uses.at(Stage::offset + block.offset + i);
    }
  } else if constexpr (requires { typename arch::Body<Stage>; }) {
    count(uses, arch::Body<Stage>{});
  }
  count(uses, Stages<Rest...>{});
}

template <class Network>
void check_tiled_once() {
  std::vector<int> uses(Network::parameter_count);
  count(uses, typename Network::Stages{});
  CHECK(uses == std::vector<int>(Network::parameter_count, 1));
}

}  // namespace

TEST_CASE("Widths and parameter counts are inferred down the list") {
  using Digits = Network<Input<64>, Dense<256>, Relu, Dense<256>, Relu, Dense<10>>;
  STATIC_REQUIRE(Digits::inputs == 64);
  STATIC_REQUIRE(Digits::outputs == 10);
  STATIC_REQUIRE(Digits::parameter_count == 64 * 256 + 256 + 256 * 256 + 256 + 256 * 10 + 10);
  STATIC_REQUIRE(Network<Input<64>, Dense<256, no_bias>>::parameter_count == 64 * 256);
}

TEST_CASE("Stages know their input width and the offset of their parameters, 0 where they have none") {
  using Found = Network<Input<8>, Repeat<2, Dense<4>, Relu>>::Stages;
  using Expected =
      Stages<Bound<Dense<4>, 8, 0>, Bound<Relu, 4, 0>, Bound<Dense<4>, 4, 36>, Bound<Relu, 4, 0>>;
  STATIC_REQUIRE(std::is_same_v<Found, Expected>);
}

TEST_CASE("Lists are written out wherever they stand, repetitions of repetitions too") {
  using Block = Layers<Dense<4>, Layers<Relu>>;
  using Nested = Network<Input<4>, Repeat<2, Block, Repeat<3, Tanh>>, Dense<1>>;
  using Flat =
      Network<Input<4>, Dense<4>, Relu, Tanh, Tanh, Tanh, Dense<4>, Relu, Tanh, Tanh, Tanh, Dense<1>>;
  STATIC_REQUIRE(std::is_same_v<Nested::Stages, Flat::Stages>);
  STATIC_REQUIRE(Nested::parameter_count == Flat::parameter_count);
  STATIC_REQUIRE(std::is_same_v<Bind<4, 0, Repeat<1, Dense<2>>>, Bind<4, 0, Dense<2>>>);
}

TEST_CASE("A repeated list infers each of its widths anew") {
  using Halving = Network<Input<16>, Repeat<3, Dense<8>, Pool>, Dense<1>>;
  STATIC_REQUIRE(Halving::parameter_count == (16 * 8 + 8) + 2 * (4 * 8 + 8) + 5);
}

TEST_CASE("A Residual keeps the width, and its body lies at its own offset") {
  using Branch = Residual<0.5, Dense<6>, Relu, Dense<4>>;
  using Net = Network<Input<3>, Dense<4>, Branch, Dense<2>>;
  STATIC_REQUIRE(Branch::output_width(4) == 4);
  STATIC_REQUIRE(Branch::parameter_count(4) == 30 + 28);
  STATIC_REQUIRE(Net::parameter_count == 16 + 58 + 10);
  STATIC_REQUIRE(std::is_same_v<Net::Stages,
                                Stages<Bound<Dense<4>, 3, 0>, Bound<Branch, 4, 16>, Bound<Dense<2>, 4, 74>>>);
  using Body = Stages<Bound<Dense<6>, 4, 16>, Bound<Relu, 6, 0>, Bound<Dense<4>, 6, 46>>;
  STATIC_REQUIRE(std::is_same_v<arch::Body<Bound<Branch, 4, 16>>, Body>);
}

TEST_CASE("A user's layer takes part in the inference") {
  using Net = Network<Input<10>, Pool, Dense<8>, Pool, Dense<1>>;
  STATIC_REQUIRE(Layer<Pool>);
  STATIC_REQUIRE(Net::parameter_count == 5 * 8 + 8 + 4 + 1);
}

TEST_CASE("Parameter blocks tile θ exactly once") {
  check_tiled_once<Network<Input<3>, Dense<4>, Relu, Dense<5, no_bias>, Dense<2>>>();
  check_tiled_once<
      Network<Input<3>, Dense<4>, Residual<1.0, Dense<6>, Residual<0.5, Dense<6>>, Dense<4>>, Dense<2>>>();
  check_tiled_once<Network<Input<3>, Repeat<4, Dense<5>, Residual<1.0, Dense<5, no_bias>>>, Dense<1>>>();
}
