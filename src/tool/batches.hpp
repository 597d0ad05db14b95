// SPDX-License-Identifier: BSD-3-Clause
//
// The samples of each step of a training: all of them, or mini-batches of an order that every epoch draws
// anew. A batch depends on the seed and the number of its step alone, so that a training that is taken up
// again goes on as it would have, on any machine.
//
//   n = 5, size 2     epoch 0: [3 0] [4 1] [2]     epoch 1: [1 4] [0 2] [3]     ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nntk/tool/program.hpp"

namespace nntk::tool {

class Batches {
 public:
  /// Batches of `size` from 1 to `samples`, the last of an epoch with what is left. Allocates an index a
  /// sample.
  Batches(std::size_t samples, std::size_t size, std::uint64_t seed);

  /// That of a step, counted from 0; empty where it is all samples. It stays until the next call. O(1), and
  /// O(n) for a step of another epoch.
  [[nodiscard]] SampleIndices at(std::size_t step);

  /// Whether an epoch ends with this many steps, 1 or more.
  [[nodiscard]] bool is_epoch(std::size_t steps) const { return steps % per_epoch_ == 0; }

 private:
  void shuffle(std::size_t epoch);

  std::size_t size_, per_epoch_;
  std::uint64_t seed_;
  std::vector<std::size_t> order_;
  std::size_t epoch_ = 0;  ///< whose order it is
};

}  // namespace nntk::tool
