// SPDX-License-Identifier: BSD-3-Clause
//
// Some of the parameters, or of the samples.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace nntk {

/// Numbers first, first + 1, ..., to the end unless a count is given.
struct Range {
  std::size_t first = 0;
  std::size_t count = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] Range within(std::size_t p) const { return {first, std::min(count, p - first)}; }
};

}  // namespace nntk
