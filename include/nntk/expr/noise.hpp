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

/// Whether all realisations of a seed share what a layer draws.
template <class L>
inline constexpr bool is_shared = requires { L::is_shared; };

/// Draws ω into Network::noise_count numbers: the same for a seed and a realisation everywhere. Layer l draws
/// from number l · 2³² of the stream on. Cost: noise_count draws. Allocates nothing.
template <class Network, class T>
void draw_noise(std::uint64_t seed, std::uint64_t realisation, std::span<T> noise) {
  const random::Source own(seed, random::Stream::noise, realisation), shared(seed, random::Stream::noise, 0);
  std::size_t layer = 0, at = 0;
  arch::for_each_noise(typename Network::Stages{}, [&]<class L>(std::size_t count) {
    L::fill_noise(is_shared<L> ? shared : own, layer++ << 32U, noise.subspan(at, count));
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

/// Realisations first, ..., first + count − 1 of a seed, drawn once. Allocates count · noise_count numbers.
template <class Network, class T>
class DrawnNoise {
 public:
  DrawnNoise(std::uint64_t seed, std::size_t count, std::uint64_t first = 0)
      : seed_(seed), count_(count), numbers_(count * Network::noise_count) {
    draw(first);
  }
  /// Other realisations of the seed. Cost: their draws. Allocates nothing.
  void draw(std::uint64_t first) {
    for (std::size_t r = 0; r < count_; ++r)
      draw_noise<Network, T>(seed_, first + r,
                             std::span(numbers_).subspan(r * Network::noise_count, Network::noise_count));
  }
  [[nodiscard]] const T* operator[](std::size_t r) const {
    return numbers_.data() + r * Network::noise_count;
  }

 private:
  std::uint64_t seed_;
  std::size_t count_;
  std::vector<T> numbers_;
};

}  // namespace nntk::expr
