// SPDX-License-Identifier: BSD-3-Clause
//
// How a stochastic network f(x; θ, ω) becomes one kernel, by R realisations ω_r of its noise:
//
//   kernel    (1/R) Σ_r K[f(·; ·, ω_r)]        the mean kernel: of networks that keep their noise
//   network   K[(1/R) Σ_r f(·; ·, ω_r)]        the kernel of the mean network
//
// For dropout before a linear layer the first is 1/(1 − p) of the second, as R grows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nntk {

enum class Average { kernel, network };

struct Realisations {
  std::size_t count = 1;  ///< R; 1 where the network is deterministic
  Average average = Average::kernel;
  std::uint64_t seed = 0;
  std::uint64_t first = 0;  ///< number of the first
  /// Nonlocal: θ + δ_k gets realisations of its own instead of those of θ, and the difference their noise.
  bool independent = false;

  /// The same, of the mean network.
  [[nodiscard]] Realisations as_network() const {
    return {.count = count,
            .average = Average::network,
            .seed = seed,
            .first = first,
            .independent = independent};
  }
};

}  // namespace nntk
