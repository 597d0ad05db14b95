// SPDX-License-Identifier: BSD-3-Clause
//
// A kernel binary without a compiled architecture: what binary_test.sh runs when only the command line is
// tested.
#include "tool/linear_program.hpp"

namespace nntk::tool {

std::unique_ptr<Program> make_linear() { return std::make_unique<test::LinearProgram>(6, 3); }

constinit const CompiledProgram linear{"sse2", 0, make_linear};
/// For a processor that nobody has.
constinit const CompiledProgram absent{"fma4", 1, nullptr};
[[gnu::section("nntk_programs"), gnu::used]] constinit const CompiledProgram* const listed[]{&linear,
                                                                                             &absent};

}  // namespace nntk::tool
