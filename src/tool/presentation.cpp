// SPDX-License-Identifier: BSD-3-Clause
#include "presentation.hpp"

#include <fmt/format.h>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

bool is_same_file(const Path& a, const Path& b) { return a.lexically_normal() == b.lexically_normal(); }

}  // namespace

void require_distinct_outputs(bool json, std::initializer_list<NamedOutput> files) {
  for (auto file = files.begin(); file != files.end(); ++file) {
    if (!file->path) continue;
    if (json && *file->path == "-")
      throw UsageError(fmt::format("--json and {} - both want standard output", file->flag));
    for (auto other = files.begin(); other != file; ++other)
      if (other->path && is_same_file(*other->path, *file->path))
        throw UsageError(
            fmt::format("{} and {} both name {}", other->flag, file->flag, file->path->string()));
  }
}

void present(const Console& console, std::string_view report, const std::optional<Path>& out) {
  if (out == "-")
    console.show(report);
  else
    Console::print(report);
}

}  // namespace nntk::tool
