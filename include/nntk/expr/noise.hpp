// SPDX-License-Identifier: BSD-3-Clause
//
// ω: the numbers that the stochastic layers of a network take in one realisation, in the order of evaluation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/arch/network.hpp"
#include "nntk/random.hpp"

namespace nntk::expr {

/// Draws ω into Network::noise_count numbers: the same for a seed and a realisation everywhere. Layer l draws
/// from number l · 2³² of the stream on. Cost: noise_count draws. Allocates nothing.
template <class Network, class T>
void draw_noise(std::uint64_t seed, std::uint64_t realisation, std::span<T> noise) {
  const random::Source source(seed, random::Stream::noise, realisation);
  std::size_t layer = 0, at = 0;
  arch::for_each_noise(typename Network::Stages{}, [&]<class L>(std::size_t count) {
    L::fill_noise(source, layer++ << 32U, noise.subspan(at, count));
    at += count;
  });
}

/// ω of one realisation.
template <class Network, class T>
std::vector<T> realisation(std::uint64_t seed, std::uint64_t number) {
  std::vector<T> noise(Network::noise_count);
  draw_noise<Network, T>(seed, number, noise);
  return noise;
}

/// Realisations 0, ..., count − 1 of a seed, drawn once. Allocates count · noise_count numbers.
template <class Network, class T>
class DrawnNoise {
 public:
  DrawnNoise(std::uint64_t seed, std::size_t count) : numbers_(count * Network::noise_count) {
    for (std::size_t r = 0; r < count; ++r)
      draw_noise<Network, T>(seed, r,
                             std::span(numbers_).subspan(r * Network::noise_count, Network::noise_count));
  }
  [[nodiscard]] const T* operator[](std::size_t r) const {
    return numbers_.data() + r * Network::noise_count;
  }

 private:
  std::vector<T> numbers_;
};

}  // namespace nntk::expr
