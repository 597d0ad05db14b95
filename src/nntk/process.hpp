// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nntk::compiler {

/// How a child process ended, and what it printed on both streams.
struct Outcome {
  bool succeeded = false;
  std::string output;
};

/// Runs a program, found on PATH unless its name holds a slash, and waits for it. No shell is asked. Throws
/// Interrupted when the user stops it, and Error when it cannot be started.
Outcome run_program(const std::vector<std::string>& arguments);

/// Where PATH finds a program.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace nntk::compiler
