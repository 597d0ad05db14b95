// SPDX-License-Identifier: BSD-3-Clause
#include <catch2/catch.hpp>

#include "../../src/tool/dead_blocks.hpp"
#include "../../src/tool/processor.hpp"

namespace nntk::tool {

namespace {

LayerDescription dense(const std::string& block) {
  return {.name = "Dense", .blocks = {{block, {1, 1}, 0}}, .children = {}};
}
LayerDescription plain(const std::string& name) { return {.name = name, .blocks = {}, .children = {}}; }
LayerDescription group(const std::string& name, std::vector<LayerDescription> children) {
  return {.name = name, .blocks = {}, .children = std::move(children)};
}

using Names = std::vector<std::string>;

Names dead(const std::vector<LayerDescription>& layers) { return find_dead_blocks(layers); }

}  // namespace

TEST_CASE("What lies before a flat activation is dead") {
  CHECK(dead({dense("1"), plain("Relu"), dense("2")}).empty());
  CHECK(dead({dense("1"), plain("Sign"), dense("2")}) == Names{"1"});
  CHECK(dead({dense("1"), dense("2"), plain("Heaviside"), dense("3"), plain("Quantize")}) ==
        Names{"1", "2", "3"});
}

TEST_CASE("A residual carries the derivative past its flat body") {
  const auto body = group("Residual", {dense("2"), plain("Sign"), dense("3")});
  CHECK(dead({dense("1"), body, dense("4")}) == Names{"2"});
  CHECK(dead({dense("1"), body, plain("Sign"), dense("4")}) == Names{"1", "2", "3"});
}

TEST_CASE("A repeated body passes its flatness on") {
  CHECK(dead({dense("1"), group("Repeat", {dense("2"), plain("Sign")}), dense("3")}) == Names{"1", "2"});
}

TEST_CASE("This processor supports the least instruction set, and an unknown one") {
  CHECK(processor_supports("sse2"));
  CHECK(processor_supports("none"));
}

}  // namespace nntk::tool
