// SPDX-License-Identifier: BSD-3-Clause
//
// The nonlocal gradient of a function of the parameters (arXiv:2509.12467),
//
//   G_ρ L(θ) = p E_{δ~ρ}[(L(θ+δ) − L(θ)) δ/‖δ‖²]
//
// by M samples: a direction of descent where L has no derivative, θ ← θ − η G_ρ L(θ).
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/tangent/interaction.hpp"

namespace nntk::tangent {

/// Samples first, ..., first + count − 1 of an interaction. Steps of a training take fresh ones.
struct SampleRange {
  std::uint64_t first = 0;
  std::size_t count = 0;
};

/// Writes G_ρ L(θ), p numbers. `loss(θ')` -> number is called by several threads at once. Cost: count + 1
/// losses and 2 · count · p draws. Allocates θ for each thread and a number a sample. The same bits for any
/// number of threads.
template <class T, class Loss>
void nonlocal_gradient(const Interaction<T>& interaction, SampleRange samples, std::span<const T> theta,
                       const Loss& loss, int threads, std::span<T> gradient) {
  const double dimension = static_cast<double>(interaction.moving(theta.size()).count);
  const double base = loss(theta);
  std::vector<T> slope(samples.count);  // of the direction g_k
#pragma omp parallel num_threads(threads)
  {
    std::vector<T> displaced(theta.size());
#pragma omp for
    for (std::size_t k = 0; k < samples.count; ++k) {
      const Displacement drawn = interaction.displace(samples.first + k, theta, displaced);
      const double difference = loss(std::span<const T>(displaced)) - base;
      slope[k] = static_cast<T>(dimension * difference * drawn.stretch /
                                (drawn.norm * drawn.norm * static_cast<double>(samples.count)));
    }
  }
  constexpr std::size_t slice = 4096;
#pragma omp parallel num_threads(threads)
  {
    std::vector<T> direction(std::min(slice, theta.size()));
#pragma omp for
    for (std::size_t first = 0; first < theta.size(); first += slice) {
      const std::span<T> part = gradient.subspan(first, std::min(slice, theta.size() - first));
      const std::span<T> g = std::span(direction).first(part.size());
      std::ranges::fill(part, T(0));
      for (std::size_t k = 0; k < samples.count; ++k) {
        interaction.fill_direction(samples.first + k, theta.size(), first, g);
        for (std::size_t i = 0; i < part.size(); ++i) part[i] += slope[k] * g[i];
      }
    }
  }
}

}  // namespace nntk::tangent
