// SPDX-License-Identifier: BSD-3-Clause
//
// What is kept of the O × O outputs of a pair of samples.
#pragma once

#include <cstddef>

namespace nntk {

enum class OutputMode {
  sum,       ///< Σ_o K_oo
  mean,      ///< the same over O, what neural-tangents returns
  full,      ///< K_oo' for every o and o', row-major
  diagonal,  ///< K_oo for every o
};

/// Numbers that a pair of samples has in the Gram matrix.
constexpr std::size_t entries_of(OutputMode mode, std::size_t outputs) {
  switch (mode) {
    case OutputMode::full:
      return outputs * outputs;
    case OutputMode::diagonal:
      return outputs;
    default:
      return 1;
  }
}

/// Which pair of outputs an entry holds, and which entry holds the pair turned round.
struct OutputPair {
  std::size_t left = 0, right = 0;
};
constexpr OutputPair output_pair(OutputMode mode, std::size_t outputs, std::size_t entry) {
  if (mode == OutputMode::full) return {entry / outputs, entry % outputs};
  return {entry, entry};
}
constexpr std::size_t mirrored_entry(OutputMode mode, std::size_t outputs, std::size_t entry) {
  const OutputPair pair = output_pair(mode, outputs, entry);
  return mode == OutputMode::full ? pair.right * outputs + pair.left : entry;
}

}  // namespace nntk
