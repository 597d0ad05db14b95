// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/nonlocal_options.hpp"

#include <catch2/catch.hpp>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

/// Input 2, Dense 3 with a bias, an activation, and a Residual around a Dense without one.
Description network() {
  Description network;
  network.layers.resize(4);
  network.layers[1].blocks = {{"1.weight", {3, 2}, 0}, {"1.bias", {3}, 6}};
  network.layers[3].children.resize(1);
  network.layers[3].children[0].blocks = {{"4.weight", {3, 3}, 9}};
  return network;
}

void check_refused(const KernelOptions& options, const std::string& words, bool with_error = false) {
  CHECK_THROWS_WITH(nonlocal_of(options, network(), with_error), Catch::Contains(words));
}

}  // namespace

TEST_CASE("A layer's range is that of its blocks, in a body too") {
  const auto range = [](std::size_t layer) { return nonlocal_of({.layer = layer}, network(), false).only; };
  CHECK(range(1).first == 0);
  CHECK(range(1).count == 9);
  CHECK(range(4).first == 9);
  CHECK(range(4).count == 9);
  check_refused({.layer = 2}, "--layer 2: that layer has no parameters");
  check_refused({.layer = 14}, "--layer 14");
}

TEST_CASE("Riesz and its flags go together, its cuts in order") {
  check_refused({.order = 0.5}, "--order goes with --interaction riesz");
  check_refused({.interaction = RadiusLaw::ball, .inner_radius = 0.01}, "--inner-radius goes with");
  check_refused({.radius = 0.1, .interaction = RadiusLaw::riesz, .inner_radius = 0.1},
                "--inner-radius: expected less than --radius 0.1, found 0.1");
  check_refused({.interaction = RadiusLaw::riesz, .order = 1.0}, "--order 1: from 1 on");
  const auto chosen = nonlocal_of(
      {.radius = 0.1, .interaction = RadiusLaw::riesz, .order = 1.5, .inner_radius = 0.01}, network(), false);
  CHECK(chosen.order == 1.5);
  CHECK(chosen.inner_radius == 0.01);
}

TEST_CASE("Attention has a temperature, its response anchors, its dot rows") {
  check_refused({.temperature = 2.0}, "--temperature goes with --attention");
  check_refused({.attention = AttentionKind::distance, .anchors = "a.npy"}, "--anchors goes with");
  check_refused({.attention = AttentionKind::distance, .sketch_rows = 3}, "--sketch-rows goes with");
  check_refused({.attention = AttentionKind::response}, "--attention response needs --anchors");
  const auto chosen =
      nonlocal_of({.attention = AttentionKind::dot, .temperature = 2.0, .sketch_rows = 3}, network(), false);
  CHECK((chosen.attention == AttentionKind::dot && chosen.temperature == 2 && chosen.sketch_rows == 3));
}

TEST_CASE("Samples suffice for the estimator, the error and the pairs") {
  check_refused({.samples = 1, .estimator = Estimator::unbiased},
                "--estimator unbiased needs --samples of at least 2");
  check_refused({.samples = 1}, "--standard-error needs --samples of at least 2", true);
  check_refused({.samples = 2, .estimator = Estimator::unbiased}, "at least 3", true);
  check_refused({.samples = 7, .antithetic = true},
                "--antithetic needs an even number of --samples, found 7");
  check_refused({.samples = 2, .antithetic = true}, "at least 4", true);
  check_refused({.samples = 2, .antithetic = true, .estimator = Estimator::unbiased}, "at least 4");
  CHECK(nonlocal_of({.samples = 4, .antithetic = true}, network(), true).antithetic);
}

}  // namespace nntk::tool
