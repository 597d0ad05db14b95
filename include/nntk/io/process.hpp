// SPDX-License-Identifier: BSD-3-Clause
//
// Other programs, run to their end: the compiler that builds a kernel, and gnuplot that draws.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nntk::io {

/// How a child process ended, and what it wrote.
struct Outcome {
  bool succeeded = false;
  std::string output;      ///< standard output; of run_program both streams as they came
  std::string complaints;  ///< of run_filter: standard error
};

/// Runs a program, found on PATH unless its name holds a slash, with nothing to read, and waits for it. No
/// shell is asked. Throws Interrupted when the user stops it, and Error when it cannot be started.
Outcome run_program(const std::vector<std::string>& arguments);

/// The same of a program that reads `input`, whatever its length, and may write bytes of any kind.
Outcome run_filter(const std::vector<std::string>& arguments, std::string_view input);

/// Where PATH finds a program.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace nntk::io
