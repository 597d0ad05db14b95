// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/tool/program.hpp"
#include "processor.hpp"

// The linker's names for the ends of a section; null where there is none, in a test.
extern "C" {
[[gnu::weak]] extern const nntk::tool::CompiledProgram* const __start_nntk_programs[];  // NOLINT
[[gnu::weak]] extern const nntk::tool::CompiledProgram* const __stop_nntk_programs[];   // NOLINT
}

namespace nntk::tool {

std::span<const CompiledProgram* const> compiled_programs() noexcept {
  return {__start_nntk_programs, __stop_nntk_programs};
}

const CompiledProgram* choose_program(std::string_view instruction_set) noexcept {
  const CompiledProgram* best = nullptr;
  for (const CompiledProgram* program : compiled_programs()) {
    if (!instruction_set.empty() && program->instruction_set != instruction_set) continue;
    if (!processor_supports(program->instruction_set)) continue;
    if (best == nullptr || program->version > best->version) best = program;
  }
  return best;
}

}  // namespace nntk::tool
