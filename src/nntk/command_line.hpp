// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace nntk::compiler {

/// Does what the command line of `nntk` says. Throws Error.
void run_command_line(int argument_count, const char* const* arguments);

}  // namespace nntk::compiler
