// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace nntk::compiler {

/// What a user needs of a failed compilation: nntk's own sentence about the architecture if it gave one, else
/// the compiler's error lines.
[[nodiscard]] std::string explain_compilation(const std::string& output, const std::filesystem::path& header);

/// What a user needs of a failed run of CMake: the first sentence of its first error.
[[nodiscard]] std::string explain_configuration(const std::string& output);

}  // namespace nntk::compiler
