// SPDX-License-Identifier: BSD-3-Clause
//
// The outputs of a network on data of any size, tile after tile.
#pragma once

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
    store_outputs<T>(read_only(mean.at_origin(workspace, packed.data(), tile.group(1), 0)), outputs,
                     first / lanes, out);
  }
  return out;
}

}  // namespace nntk
