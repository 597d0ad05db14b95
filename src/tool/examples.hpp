// SPDX-License-Identifier: BSD-3-Clause
//
// What a kernel learns from, and what it is asked: training and test data of one network.
#pragma once

#include <optional>

#include "inputs.hpp"

namespace nntk::tool {

struct Examples {
  io::Array x, y;
  std::optional<io::Array> x_test, y_test;
};

/// The files that belong together: y and y-test as many as their inputs, and of one width. Throws DataError.
[[nodiscard]] Examples read_examples(const Path& x, const Path& y, const std::optional<Path>& x_test,
                                     const std::optional<Path>& y_test, const Description& description);

}  // namespace nntk::tool
