// SPDX-License-Identifier: BSD-3-Clause
#include "presentation.hpp"

#include "nntk/error.hpp"

namespace nntk::tool {

void require_distinct_outputs(bool json, const std::optional<Path>& out) {
  if (json && out == "-") throw UsageError("--json and --out - both want standard output");
}

void present(const Console& console, std::string_view report, const std::optional<Path>& out) {
  if (out == "-")
    console.show(report);
  else
    Console::print(report);
}

}  // namespace nntk::tool
