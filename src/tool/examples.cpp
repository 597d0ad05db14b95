// SPDX-License-Identifier: BSD-3-Clause
#include "examples.hpp"

#include <fmt/format.h>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

void require_same_width(const Path& path, const io::Array& y_test, const io::Array& y) {
  if (width_of(y_test) != width_of(y))
    throw DataError(fmt::format("{}: expected {} targets a row in y-test, as in y, found {}", path.string(),
                                width_of(y), width_of(y_test)));
}

}  // namespace

Examples read_examples(const Path& x, const Path& y, const std::optional<Path>& x_test,
                       const std::optional<Path>& y_test, const Description& description) {
  Examples examples{.x = read_inputs(x, "x", description), .y = {}, .x_test = {}, .y_test = {}};
  if (x_test) examples.x_test = read_inputs(*x_test, "x-test", description);
  examples.y = read_targets(y, "y", examples.x.shape[0]);
  if (!y_test) return examples;
  if (!x_test) throw UsageError("--y-test needs --x-test, the inputs that it belongs to");
  examples.y_test = read_targets(*y_test, "y-test", examples.x_test->shape[0]);
  require_same_width(*y_test, *examples.y_test, examples.y);
  return examples;
}

}  // namespace nntk::tool
