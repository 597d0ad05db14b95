// SPDX-License-Identifier: BSD-3-Clause
//
// The command line of a kernel binary, from words to options.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>

#include "options.hpp"

namespace nntk::tool {

/// What was asked for: text to print (help, the version), or a command.
struct Invocation {
  bool is_quiet = false;
  std::variant<std::string, Command> request;
};

/// Parses the words behind the program's name. Throws UsageError, one sentence, for whatever does not parse;
/// options that contradict each other are left to the commands.
Invocation parse_command_line(const std::string& name, std::span<const char* const> words);

}  // namespace nntk::tool
