// SPDX-License-Identifier: BSD-3-Clause
//
// The compiled kernels, as any program would call them. Linked with one architecture.
#include <memory>
#include <vector>

#include "contender.hpp"
#include "nntk/tool/program.hpp"

using namespace nntk::tool;

int main(int count, char** arguments) {
  const peers::Case given = peers::read_case(count, arguments);
  const CompiledProgram* compiled = choose_program();
  if (compiled == nullptr) throw nntk::DataError("expected a processor that the kernel was compiled for");
  const std::unique_ptr<Program> program = compiled->make();
  const bool is_finite = given.settings["kernel"] == "ntk";
  std::vector<double> out(given.samples() * given.samples());
  const std::unique_ptr<GramEvaluation> evaluation =
      program->prepare({.kernel = is_finite ? KernelKind::ntk : KernelKind::ntk_infinite,
                        .theta = given.theta.values,
                        .x = {given.x.values, given.samples()},
                        .threads = given.threads()});
  peers::compete(given, [&]() -> std::span<const double> {
    evaluation->run({out});
    return out;
  });
}
