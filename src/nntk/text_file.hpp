// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nntk::compiler {

/// The whole file; empty where there is none.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);

/// Replaces the file. Throws OutputError.
void write_text(const std::filesystem::path& file, std::string_view text);

[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);

}  // namespace nntk::compiler
