// SPDX-License-Identifier: BSD-3-Clause
//
// Where the report of a command goes that also writes a file.
#pragma once

#include <optional>
#include <string_view>

#include "console.hpp"
#include "options.hpp"

namespace nntk::tool {

/// Throws UsageError when a JSON report and the file itself would share standard output.
void require_distinct_outputs(bool json, const std::optional<Path>& out);

/// To standard output, or to standard error where the file takes that. Throws OutputError.
void present(const Console& console, std::string_view report, const std::optional<Path>& out);

}  // namespace nntk::tool
