// SPDX-License-Identifier: BSD-3-Clause
#include "command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <vector>

#include "flags.hpp"
#include "kernel_flags.hpp"
#include "nntk/error.hpp"
#include "number.hpp"
#include "picture_file.hpp"

namespace nntk::tool {

namespace {

constexpr std::string_view commands = "info, init, gram, spectrum, predict, train, dynamics or bench";

void add_task(CLI::App& app, std::optional<Task>& task) {
  add_choice(app, "--task", task_names, task,
             "default: classification if y holds at most max(20, sqrt(n)) distinct values, all whole");
}

void add_loss(CLI::App& app, Loss& loss) {
  add_choice(app, "--loss", loss_names, loss,
             "cross-entropy: of softmax, for classification (default squared)");
}

void add_ridge(CLI::App& app, double& ridge) {
  add(app, "--ridge", "L", ridge, "ridge, relative to the kernel's mean diagonal (default 1e-6)",
      parse_not_negative);
}

void add_plot(CLI::App& app, std::optional<Path>& plot, const std::string& what = "it") {
  const auto parse = [](std::string_view, std::string_view text) {
    Path path(text);
    (void)picture_format_of(path);  // before anything is read
    return path;
  };
  add(app, "--plot", "FILE", plot, "draw " + what + " by gnuplot, to a .png, .svg or .pdf", parse);
}

void add_json(CLI::App& app, bool& json) { app.add_flag("--json", json, "print JSON"); }

/// Adds the command; what it was asked becomes `chosen` once it is parsed.
template <class Options, class Fill>
void add_command(CLI::App& app, std::optional<Command>& chosen, const std::string& name,
                 const std::string& help, Fill fill) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(name, help)->group("Commands");
  fill(command, *options);
  command.final_callback([&chosen, options] { chosen = *options; });
}

void fill_init(CLI::App& app, InitOptions& options) {
  add(app, "--seed", "N", options.seed, "seed", parse_seed)->required();
  add_path(app, "--out", options.out, "parameters, .npy of f64; - for standard output")->required();
}

void fill_gram(CLI::App& app, GramOptions& options) {
  add_path(app, "--x", options.x, "inputs (n, d), .npy or text")->required();
  add_path(app, "--x2", options.x2, "inputs (m, d) of the columns (default: those of --x)");
  add_kernel(app, options.kernel);
  add_choice(app, "--outputs", output_names, options.outputs,
             "of a pair's O x O outputs: trace, trace / O, all, diagonal (default mean)");
  add_path(app, "--standard-error", options.standard_error,
           "nntk: write the Monte-Carlo standard error, .npy");
  add_threads(app, options.kernel);
  add_path(app, "--out", options.out, "kernel (n, m), (n, m, O) or (n, m, O, O), .npy; - for standard output")
      ->required();
}

void fill_spectrum(CLI::App& app, SpectrumOptions& options) {
  add_path(app, "--x", options.x, "inputs (n, d), .npy or text");
  add_path(app, "--gram", options.gram, "a kernel (n, n) instead of inputs, .npy or text");
  add_path(app, "--y", options.y,
           "targets (n,) or (n, k): their alignment with the kernel, and their energy");
  add_task(app, options.task);
  add_ridge(app, options.ridge);
  add(app, "--learning-curve", "N,N,...", options.learning_curve,
      "with --y: predict the error of ridge regression from so many examples", parse_counts);
  add_kernel(app, options.kernel);
  add_threads(app, options.kernel);
  add_path(app, "--out", options.out, "eigenvalues (n,), descending, .npy; - for standard output");
  add_plot(app, options.plot);
  add_json(app, options.json);
}

void fill_predict(CLI::App& app, PredictOptions& options) {
  add_path(app, "--x", options.x, "training inputs (n, d), .npy or text")->required();
  add_path(app, "--y", options.y, "training targets (n,) or (n, k)")->required();
  add_path(app, "--x-test", options.x_test, "inputs to predict for (m, d)")->required();
  add_path(app, "--y-test", options.y_test, "their targets: prints accuracy or R^2");
  add_kernel(app, options.kernel);
  add_ridge(app, options.ridge);
  add_choice(app, "--solver", solver_names, options.solver,
             "of the kernel in memory, or of one that never is, for a ridge well above 0 (default cholesky)");
  add_count(app, "--landmarks", options.landmarks,
            "conjugate-gradients: examples whose kernel is held in memory to take fewer steps (default 512)");
  add_task(app, options.task);
  add_threads(app, options.kernel);
  add_path(app, "--out", options.out, "predicted labels or values, .npy of f64; - for standard output");
  add_json(app, options.json);
}

void fill_train(CLI::App& app, TrainOptions& options) {
  add_path(app, "--x", options.x, "training inputs (n, d), .npy or text")->required();
  add_path(app, "--y", options.y, "training targets (n,) or (n, outputs), or labels (n,)")->required();
  add_choice(
      app, "--gradient", gradient_names, options.gradient,
      "the network's own, or by differences to displaced parameters, which needs no derivative (default "
      "local)");
  add_loss(app, options.loss);
  add_count(app, "--steps", options.schedule.steps, "steps of descent (default 100)");
  add(app, "--learning-rate", "R", options.schedule.learning_rate,
      "length of a step over the gradient (default 0.1)", parse_positive);
  add(app, "--momentum", "B", options.schedule.momentum,
      "share of a step that the next one keeps (default 0)", parse_share);
  add_count(app, "--batch-size", options.batch_size,
            "samples of a step, in an order that each epoch draws anew (default: all)");
  add(app, "--batch-seed", "N", options.batch_seed, "seed of that order (default --seed)", parse_seed);
  add_path(app, "--x-test", options.x_test, "inputs to watch, not to learn from (m, d)");
  add_path(app, "--y-test", options.y_test, "their targets: when is their loss the lowest?");
  add_path(app, "--checkpoint", options.checkpoint,
           "what --resume goes on from: written in the end, and when interrupted");
  add_count(app, "--checkpoint-every", options.checkpoint_every, "and after every so many steps");
  add_path(app, "--resume", options.resume,
           "go on from this checkpoint, as if there had been no break; all else as it was, but for more "
           "--steps");
  add(app, "--record", "N", options.record, "record the kernel at about N steps, of equal ratio",
      [](std::string_view name, std::string_view text) { return parse_count(name, text, 2, 65536); });
  add_count(app, "--record-samples", options.record_samples,
            "on so many samples, drawn once (default 256, or all)", 32765);
  add_path(app, "--record-out", options.record_out, "records as a table, .csv");
  add_plot(app, options.plot, "the records");
  add_parameters(app, options.kernel);
  add_displacements(app, options.kernel, "nonlocal: ");
  add_noise(app, options.kernel);
  add_task(app, options.task);
  add_threads(app, options.kernel);
  add_path(app, "--out", options.out, "trained parameters, .npy of f64; - for standard output")->required();
  add_json(app, options.json);
}

void fill_dynamics(CLI::App& app, DynamicsOptions& options) {
  add_path(app, "--x", options.x, "training inputs (n, d), .npy or text")->required();
  add_path(app, "--y", options.y, "training targets (n,) or (n, k)")->required();
  add_path(app, "--x-test", options.x_test, "inputs to follow (m, d)");
  add_path(app, "--y-test", options.y_test, "their targets: prints accuracy or R^2");
  add_kernel(app, options.kernel);
  add_loss(app, options.loss);
  add_choice(
      app, "--initial", initial_names, options.initial,
      "outputs to start from: the mean of the targets (0 for classes), 0, or those of the network at its "
      "parameters (default mean)");
  add(app, "--momentum", "B", options.momentum,
      "of the descent whose critical learning rate is told (default 0)", parse_share);
  add(app, "--times", "T,T,...", options.times,
      "increasing; inf is the end of a squared loss (default: two a decade, by the spectrum)", parse_times);
  add_task(app, options.task);
  add_threads(app, options.kernel);
  add_path(app, "--out", options.out,
           "outputs on --x-test at each time (times, m, k), .npy of f64; - for standard output");
  add_plot(app, options.plot);
  add_json(app, options.json);
}

void fill_bench(CLI::App& app, BenchOptions& options) {
  add_count(app, "--samples-count", options.samples_count, "random inputs n (default 1536)", 65536);
  add_choice(app, "--kernel", finite_kernel_names, options.kernel, "kernel (default ntk); nntk: energy");
  add_count(app, "--samples", options.samples, "nntk: displacements M (default 256)", 65536);
  add_choice(app, "--outputs", bench_output_names, options.outputs,
             "of a pair's O x O outputs: trace, all (default sum)");
  add_count(app, "--repetitions", options.repetitions,
            "runs of each, of jets at most 3 (default: for 2 s, at least 5)", 1000);
  add_json(app, options.json);
}

void add_commands(CLI::App& app, std::optional<Command>& chosen) {
  add_command<InfoOptions>(app, chosen, "info",
                           "layers, parameters, cost and what this binary was compiled for",
                           [](CLI::App& command, InfoOptions& options) { add_json(command, options.json); });
  add_command<InitOptions>(app, chosen, "init", "draw the parameters", fill_init);
  add_command<GramOptions>(app, chosen, "gram", "evaluate a kernel", fill_gram);
  add_command<SpectrumOptions>(app, chosen, "spectrum",
                               "eigenvalues of a kernel, and how targets lie along them", fill_spectrum);
  add_command<PredictOptions>(app, chosen, "predict", "kernel ridge regression or classification",
                              fill_predict);
  add_command<TrainOptions>(app, chosen, "train", "train the network itself by gradient descent", fill_train);
  add_command<DynamicsOptions>(app, chosen, "dynamics", "kernel gradient flow: what is learnt when",
                               fill_dynamics);
  add_command<BenchOptions>(app, chosen, "bench", "compare with a run-time implementation, then time both",
                            fill_bench);
}

constexpr const char* environment_section = R"(Environment:
  NNTK_INSTRUCTION_SET  of those that `info` lists, the one to run; the widest that the processor has unless set
  OPENBLAS_CORETYPE     the core that OpenBLAS is to take; the best for the processor unless set
  NO_COLOR              no colours on a terminal)";

void arrange_help(CLI::App& app) {
  auto formatter = std::make_shared<CLI::Formatter>();
  formatter->column_width(40);
  formatter->label("REQUIRED", "(required)");
  formatter->label("SUBCOMMAND", "COMMAND");
  app.formatter(formatter);
  app.set_help_flag("--help", "print this");
}

UsageError rephrase(const CLI::ParseError& error, const CLI::App& app, std::span<const char* const> words) {
  const auto parsed = app.get_subcommands();
  const std::string help =
      app.get_name() + (parsed.empty() ? "" : " " + parsed.front()->get_name()) + " --help";
  if (parsed.empty() && !words.empty() && words.front()[0] != '-')
    return UsageError(
        fmt::format("unknown command '{}': expected {} (see {})", words.front(), commands, help));
  if (const auto unknown = app.remaining(true); !unknown.empty())
    return UsageError(fmt::format("unknown argument '{}' (see {})", unknown.front(), help));
  return UsageError(fmt::format("{} (see {})", error.what(), help));
}

}  // namespace

Invocation parse_command_line(const std::string& name, std::span<const char* const> words) {
  Invocation invocation;
  std::optional<Command> chosen;
  CLI::App app(
      "Kernels of one network, compiled: the tangent kernel (ntk), the nonlocal tangent kernel\n"
      "(nntk), and both kernels of infinite width (nngp, ntk-infinite).",
      name);
  arrange_help(app);
  app.set_version_flag("--version", fmt::format("{} (nntk {})\n", name, NNTK_VERSION), "print the version");
  app.add_flag("--quiet", invocation.is_quiet, "say nothing on standard error but failures");
  app.fallthrough();
  app.require_subcommand(0, 1);
  app.footer(environment_section);
  add_commands(app, chosen);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    invocation.request = app.help();
    return invocation;
  } catch (const CLI::CallForVersion& version) {
    invocation.request = std::string(version.what());
    return invocation;
  } catch (const CLI::ParseError& error) {
    throw rephrase(error, app, words);
  }
  if (!chosen) throw UsageError(fmt::format("expected a command: {} (see {} --help)", commands, name));
  invocation.request = *std::move(chosen);
  return invocation;
}

}  // namespace nntk::tool
