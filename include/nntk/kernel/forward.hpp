// SPDX-License-Identifier: BSD-3-Clause
//
// The outputs of a network on data of any size, tile after tile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "nntk/kernel/features.hpp"
#include "nntk/kernel/realised_forward.hpp"

namespace nntk {

/// f(x; θ), (n, outputs) row-major; of a stochastic network the mean over its realisations. Cost: n · P
/// multiply-adds for each of them. Allocates the result, θ packed, and a tile's scratch.
template <class Network, class T>
std::vector<T> forward(std::span<const T> theta, const Inputs& inputs,
                       const Realisations& realisations = {}) {
  constexpr std::size_t lanes = simd::lanes<T>, outputs = Network::outputs;
  std::vector<T> packed(theta.size()), out(inputs.count * outputs);
  expr::pack_parameters(typename Network::Stages{}, theta.data(), packed.data());
  const RealisedForward<Network, T> mean(realisations.as_network());
  typename RealisedForward<Network, T>::Workspace workspace(1);
  TileBuffer<T> tile(1, Network::inputs);
  for (std::size_t first = 0; first < inputs.count; first += lanes) {
    load_inputs(inputs, first / lanes, tile.group(1));
    const TileGroup<T> f = mean.at_origin(workspace, packed.data(), tile.group(1), 0);
    for (std::size_t i = 0; i < std::min(lanes, inputs.count - first); ++i) {
      for (std::size_t o = 0; o < outputs; ++o) out[(first + i) * outputs + o] = f.data[o * lanes + i];
    }
  }
  return out;
}

}  // namespace nntk
