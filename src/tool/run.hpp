// SPDX-License-Identifier: BSD-3-Clause
//
// A kernel binary from its words to its exit code.
#pragma once

#include <span>

#include "console.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

/// Does what the words behind the program's name ask for. Every failure is one line on standard error.
int run(const Program& program, std::span<const char* const> words, Console console);

}  // namespace nntk::tool
