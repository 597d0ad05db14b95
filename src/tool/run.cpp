// SPDX-License-Identifier: BSD-3-Clause
#include "run.hpp"

#include <exception>
#include <variant>

#include "command_line.hpp"
#include "commands.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

struct Runner {
  const Program& program;
  const Console& console;

  void operator()(const InfoOptions& options) const { run_info(program, options, console); }
  void operator()(const InitOptions& options) const { run_init(program, options, console); }
  void operator()(const GramOptions& options) const { run_gram(program, options, console); }
  void operator()(const SpectrumOptions& options) const { run_spectrum(program, options, console); }
  void operator()(const PredictOptions& options) const { run_predict(program, options, console); }
  void operator()(const TrainOptions& options) const { run_train(program, options, console); }
  void operator()(const DynamicsOptions& options) const { run_dynamics(program, options, console); }
  void operator()(const BenchOptions& options) const { run_bench(program, options, console); }
};

}  // namespace

int run(const Program& program, std::span<const char* const> words, Console console) {
  try {
    const Invocation invocation = parse_command_line(console.name(), words);
    if (invocation.is_quiet) console.be_quiet();
    if (const auto* text = std::get_if<std::string>(&invocation.request))
      Console::print(*text);
    else
      std::visit(Runner{program, console}, std::get<Command>(invocation.request));
    return static_cast<int>(ExitCode::done);
  } catch (...) {
    return console.report(std::current_exception());
  }
}

}  // namespace nntk::tool
