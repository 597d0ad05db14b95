// SPDX-License-Identifier: BSD-3-Clause
//
// Where the report of a command goes that also writes files.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "console.hpp"
#include "options.hpp"

namespace nntk::tool {

/// A file that a command may write, and the flag that names it.
struct NamedOutput {
  std::string_view flag;
  std::optional<Path> path;
};

/// Throws UsageError when a JSON report and a file would share standard output, and when two flags name one
/// file.
void require_distinct_outputs(bool json, std::initializer_list<NamedOutput> files);

/// To standard output, or to standard error where the file takes that. Throws OutputError.
void present(const Console& console, std::string_view report, const std::optional<Path>& out);

}  // namespace nntk::tool
