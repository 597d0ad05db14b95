// SPDX-License-Identifier: BSD-3-Clause
//
// The outputs of a network on data of any size, tile after tile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "nntk/expr/noise.hpp"
#include "nntk/expr/values.hpp"
#include "nntk/kernel/features.hpp"

namespace nntk {

/// f(x; θ, ω), (n, outputs) row-major, ω of Network::noise_count numbers, or realisation 0 of seed 0. Cost: n
/// · P multiply-adds. Allocates the result, θ packed, and one tile's scratch.
template <class Network, class T>
std::vector<T> forward(std::span<const T> theta, const Inputs& inputs, std::span<const T> noise = {}) {
  if (Network::noise_count > 0 && noise.empty())
    return forward<Network, T>(theta, inputs, expr::realisation<Network, T>(0, 0));
  constexpr std::size_t lanes = simd::lanes<T>, outputs = Network::outputs;
  std::vector<T> packed(theta.size()), out(inputs.count * outputs);
  expr::pack_parameters(typename Network::Stages{}, theta.data(), packed.data());
  expr::Values<Network, T> values(1);
  for (std::size_t first = 0; first < inputs.count; first += lanes) {
    load_inputs(inputs, first / lanes, values.value(1));
    values.run(packed.data(), noise.data(), 1);
    for (std::size_t i = 0; i < std::min(lanes, inputs.count - first); ++i) {
      for (std::size_t o = 0; o < outputs; ++o)
        out[(first + i) * outputs + o] = values.value(1).data[o * lanes + i];
    }
  }
  return out;
}

}  // namespace nntk
