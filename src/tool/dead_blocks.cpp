// SPDX-License-Identifier: BSD-3-Clause
#include "dead_blocks.hpp"

#include <algorithm>
#include <ranges>

namespace nntk::tool {

namespace {

bool is_flat(const LayerDescription& layer) {
  return layer.name == "Sign" || layer.name == "Heaviside" || layer.name == "Quantize";
}

/// What reaches the layer goes on beside it.
bool has_skip(const LayerDescription& layer) {
  return layer.name == "Residual" || layer.name == "StochasticDepth";
}

/// Collects from the last layer to the first; returns whether the input of the layers is dead.
bool collect(std::span<const LayerDescription> layers, bool is_dead, std::vector<std::string>& blocks) {
  for (const auto& layer : layers | std::views::reverse) {
    if (is_dead)
      for (const auto& block : layer.blocks | std::views::reverse) blocks.push_back(block.name);
    const bool body_is_dead = collect(layer.children, is_dead, blocks);
    if (!has_skip(layer)) is_dead = body_is_dead || is_flat(layer);
  }
  return is_dead;
}

}  // namespace

std::vector<std::string> find_dead_blocks(std::span<const LayerDescription> layers) {
  std::vector<std::string> blocks;
  collect(layers, false, blocks);
  std::ranges::reverse(blocks);
  return blocks;
}

}  // namespace nntk::tool
