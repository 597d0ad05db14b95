// SPDX-License-Identifier: BSD-3-Clause
//
// Where a kernel binary starts: with what must be settled before the specialised code may run.
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "blas_core.hpp"
#include "console.hpp"
#include "nntk/error.hpp"
#include "nntk/tool/program.hpp"
#include "processor.hpp"
#include "run.hpp"

namespace {

using namespace nntk::tool;

const char* name_of(const char* path) {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

// Failures of which nothing can be said with the usual means: they may have been compiled for another
// processor too.

/// The instruction sets of the binary's programs, all of them or those that this processor has.
void list_sets(bool all) {
  const char* before = " ";
  for (const CompiledProgram* program : compiled_programs()) {
    const std::string_view set = program->instruction_set;
    if (!all && !processor_supports(set)) continue;
    std::fprintf(stderr, "%s%.*s", before, static_cast<int>(set.size()), set.data());
    before = " or ";
  }
}

int refuse_processor(const char* name) {
  std::fprintf(stderr, "%s: expected a processor with", name);
  list_sets(true);
  std::fprintf(stderr, ", for which this binary was compiled, found one without\n");
  return static_cast<int>(nntk::ExitCode::internal);
}

/// An instruction set that was asked for and is none that could be run.
int refuse_choice(const char* name) {
  std::fprintf(stderr, "%s: NNTK_INSTRUCTION_SET: expected", name);
  list_sets(false);
  std::fprintf(stderr, ", which this binary and this processor have, found another\n");
  return static_cast<int>(nntk::ExitCode::usage);
}

/// Commands that factorise nothing start in half the time without.
bool wants_blas(std::span<char* const> words) {
  const std::string_view command = words.size() > 1 ? words[1] : "";
  return command != "gram" && command != "init" && command != "--help" && command != "--version";
}

int start(const CompiledProgram& compiled, std::span<char*> words, const char* name) {
  const Console console{name};
  try {
    if (wants_blas(words)) choose_blas_core(words.data());
    const auto program = compiled.make();
    return run(*program, words.subspan(words.empty() ? 0 : 1), console);
  } catch (...) {
    return console.report(std::current_exception());
  }
}

}  // namespace

int main(int count, char** words) {
  hold_standard_streams();
  ::signal(SIGPIPE, SIG_IGN);  // A reader that went away is a failed write, not a silent end.
  const char* name = count > 0 ? name_of(words[0]) : "kernel";
  if (choose_program() == nullptr) return refuse_processor(name);
  const char* wanted = std::getenv("NNTK_INSTRUCTION_SET");
  const CompiledProgram* program = choose_program(wanted == nullptr ? "" : wanted);
  if (program == nullptr) return refuse_choice(name);
  return start(*program, {words, static_cast<std::size_t>(count)}, name);
}
