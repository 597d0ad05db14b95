// SPDX-License-Identifier: BSD-3-Clause
//
// Where training starts: θ drawn from the law that each layer declares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/arch/network.hpp"
#include "nntk/random.hpp"

namespace nntk {

namespace expr {

template <class... Stage>
void scale_blocks(arch::Stages<Stage...> stages, std::span<double> theta);

/// N(0, 1) to each block's own law.
template <class Layer, std::size_t in, std::size_t offset>
void scale_stage(Bound<Layer, in, offset> /*stage*/, std::span<double> theta) {
  if constexpr (requires { Layer::blocks(in); }) {
    for (const ParameterBlock& block : Layer::blocks(in)) {
      for (double& value : theta.subspan(offset + block.offset, block.size())) value *= block.deviation;
    }
  } else if constexpr (requires { typename arch::Body<Bound<Layer, in, offset>>; }) {
    scale_blocks(arch::Body<Bound<Layer, in, offset>>{}, theta);
  }
}
template <class... Stage>
void scale_blocks(arch::Stages<Stage...> /*stages*/, std::span<double> theta) {
  (scale_stage(Stage{}, theta), ...);
}

}  // namespace expr

/// Draws θ into parameter_count numbers: the same for a seed everywhere. Cost: P draws. Allocates nothing.
template <class Network>
void initialise(std::uint64_t seed, std::span<double> theta) {
  random::fill_normal(random::Source(seed, random::Stream::parameters), 0, theta);
  expr::scale_blocks(typename Network::Stages{}, theta);
}

/// θ of a seed.
template <class Network>
std::vector<double> initial_parameters(std::uint64_t seed) {
  std::vector<double> theta(Network::parameter_count);
  initialise<Network>(seed, theta);
  return theta;
}

}  // namespace nntk
