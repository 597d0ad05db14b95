// SPDX-License-Identifier: BSD-3-Clause
//
// Run-time names for the networks: an architecture trains the one that has as many outputs as the data.
//
//   (architecture, data with 1, 3 or 10 outputs) ──▶ Training<Net<outputs>>      nine types
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "training.hpp"

namespace ecrn {

struct Architecture {
  std::string_view name;
  bool sees_waves;  ///< inputs are multiplied by the problem's frequency
  /// Trains the network of a seed on one thread.
  Run (*train)(const Split&, Task, std::uint64_t seed);
};

inline constexpr std::size_t architecture_count = 3;
const std::array<Architecture, architecture_count>& architectures();

}  // namespace ecrn
