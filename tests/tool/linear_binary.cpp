// SPDX-License-Identifier: BSD-3-Clause
//
// A kernel binary without a compiled architecture: what binary_test.sh runs when only the command line is
// tested.
#include "tool/linear_program.hpp"

namespace nntk::tool {

constinit const std::string_view compiled_instruction_set = "sse2";

std::unique_ptr<Program> make_program() { return std::make_unique<test::LinearProgram>(6, 3); }

}  // namespace nntk::tool
