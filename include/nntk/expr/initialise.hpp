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

/// Draws θ into parameter_count numbers: the same for a seed everywhere. Cost: P draws. Allocates nothing.
template <class Network>
void initialise(std::uint64_t seed, std::span<double> theta) {
  random::fill_normal(random::Source(seed, random::Stream::parameters), 0, theta);
  arch::for_each_block(typename Network::Stages{}, [&](const ParameterBlock& block) {
    for (double& value : theta.subspan(block.offset, block.size())) value *= block.deviation;
  });
}

/// θ of a seed.
template <class Network>
std::vector<double> initial_parameters(std::uint64_t seed) {
  std::vector<double> theta(Network::parameter_count);
  initialise<Network>(seed, theta);
  return theta;
}

}  // namespace nntk
