// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "array_file.hpp"
#include "commands.hpp"
#include "evolution.hpp"
#include "examples.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "picture_file.hpp"
#include "presentation.hpp"
#include "report_plots.hpp"
#include "table.hpp"
#include "task.hpp"

namespace nntk::tool {

namespace {

void require_consistent(const DynamicsOptions& options) {
  if (options.out && !options.x_test)
    throw UsageError("--out needs --x-test, the inputs to write outputs of");
  if (options.loss == Loss::cross_entropy && !options.times.empty() && std::isinf(options.times.back()))
    throw UsageError("--times: inf goes with --loss squared, cross-entropy has no end");
  const KernelKind kind = kind_of(options.kernel);
  if (options.initial == Initial::network && (kind == KernelKind::nngp || kind == KernelKind::ntk_infinite))
    throw UsageError(fmt::format("--initial network goes with --kernel ntk or nntk: {} has no parameters",
                                 name_of(kernel_names, kind)));
  require_distinct_outputs(options.json, {{"--out", options.out}, {"--plot", options.plot}});
}

void require_fits(const DynamicsOptions& options, const Problem& problem, const Description& description) {
  if (options.initial == Initial::network) require_targets_fit(options.y, problem, description);
  problem.require_loss(options.loss);
}

Kernels evaluate(const KernelEvaluation& kernel, const Examples& data) {
  const Samples x = samples_of(data.x);
  Kernels kernels{to_matrix(kernel.evaluate("training kernel", OutputMode::mean, x, {}), x.count),
                  xt::zeros<double>({std::size_t{0}, x.count})};
  if (!data.x_test) return kernels;
  const Samples x_test = samples_of(*data.x_test);
  kernels.cross = to_matrix(kernel.evaluate("test kernel", OutputMode::mean, x_test, x), x_test.count);
  return kernels;
}

/// The NNGP kernel behind an infinite-width NTK, where there are inputs whose law it tells.
std::optional<PriorCovariance> evaluate_prior(const Program& program, const Description& description,
                                              const DynamicsOptions& options, const Examples& data,
                                              const Console& console) {
  if (kind_of(options.kernel) != KernelKind::ntk_infinite || options.loss != Loss::squared || !data.x_test)
    return std::nullopt;
  KernelOptions nngp = options.kernel;
  nngp.kernel = KernelKind::nngp;
  const KernelEvaluation kernel(program, description, nngp, console);
  const Samples x_test = samples_of(*data.x_test);
  Kernels kernels = evaluate(kernel, data);
  return PriorCovariance{
      std::move(kernels.gram), std::move(kernels.cross),
      to_matrix(kernel.evaluate("covariance", OutputMode::mean, x_test, {}), x_test.count)};
}

Logits find_start(const KernelEvaluation& kernel, Initial initial, const Problem& problem,
                  const Examples& data) {
  const Samples x_test = data.x_test ? samples_of(*data.x_test) : Samples{};
  if (initial != Initial::network) return start_alike(problem, initial, x_test.count);
  return {kernel.outputs(samples_of(data.x)), kernel.outputs(x_test)};
}

void score(std::vector<Moment>& moments, Loss loss, const Problem& problem, const Examples& data) {
  for (auto& moment : moments)
    moment.row.score = problem.score(problem.decode(moment.outputs.examples), data.y);
  if (!data.y_test) return;
  const auto codes = problem.codes(*data.y_test);
  for (auto& [outputs, row] : moments) {
    row.test_score = problem.score(problem.decode(outputs.inputs), *data.y_test);
    if (codes) row.test_loss = measure_loss(loss, outputs.inputs, *codes);
  }
}

std::optional<double> find_best_time(const std::vector<DynamicsRow>& rows) {
  const auto best = std::ranges::max_element(rows, {}, [](const auto& row) { return row.test_score; });
  if (best == rows.end() || !best->test_score || std::isnan(*best->test_score)) return std::nullopt;
  return best->time;
}

DynamicsReport summarise(const DynamicsOptions& options, const Problem& problem, const Examples& data,
                         const GradientFlow& flow, const std::vector<Moment>& moments) {
  const Vector rates = flow.decay_rates();
  DynamicsReport report{.kernel = std::string(name_of(kernel_names, kind_of(options.kernel))),
                        .task = problem.task(),
                        .loss = options.loss,
                        .initial = options.initial,
                        .training_samples = data.x.shape[0],
                        .test_samples = data.x_test ? data.x_test->shape[0] : 0,
                        .outputs = problem.outputs(),
                        .fastest_rate = rates(0),
                        .slowest_rate = rates(rates.size() - 1),
                        .momentum = options.momentum,
                        .critical_learning_rate = flow.critical_learning_rate(options.momentum),
                        .rows = {},
                        .best_time = {}};
  for (const Moment& moment : moments) report.rows.push_back(moment.row);
  report.best_time = find_best_time(report.rows);
  return report;
}

std::string to_text(const DynamicsReport& report) {
  Rows facts{{"kernel", report.kernel},
             {"task", std::string(name_of(task_names, report.task))},
             {std::string(outputs_name(report.task)), std::to_string(report.outputs)},
             {"loss", std::string(name_of(loss_names, report.loss))},
             {"initial outputs", std::string(name_of(initial_names, report.initial))},
             {"training samples", std::to_string(report.training_samples)},
             {"test samples", std::to_string(report.test_samples)},
             {"fastest rate", fmt::format("{:.6g}", report.fastest_rate)},
             {"slowest rate", fmt::format("{:.6g}", report.slowest_rate)},
             {"critical learning rate", fmt::format("{:.6g}", report.critical_learning_rate)}};
  if (report.momentum > 0) facts.push_back({"with momentum", fmt::format("{:g}", report.momentum)});
  if (report.best_time) facts.push_back({"best time", fmt::format("{:.6g}", *report.best_time)});
  const std::string name = score_row(report.task, 0).front();
  Rows rows{{"time", "loss", name}};
  if (report.rows.front().test_loss) rows.front().emplace_back("test loss");
  if (report.rows.front().test_score) rows.front().push_back("test " + name);
  if (report.rows.front().deviation) rows.front().emplace_back("deviation");
  for (const auto& row : report.rows) {
    rows.push_back({fmt::format("{:.6g}", row.time), fmt::format("{:.6g}", row.loss),
                    score_row(report.task, row.score).back()});
    if (row.test_loss) rows.back().push_back(fmt::format("{:.6g}", *row.test_loss));
    if (row.test_score) rows.back().push_back(score_row(report.task, *row.test_score).back());
    if (row.deviation) rows.back().push_back(fmt::format("{:.6g}", *row.deviation));
  }
  return render_table(facts, 1) + '\n' + render_table(rows, 0);
}

/// (times, m, outputs).
void write_outputs(ArrayFile& file, const std::vector<Moment>& moments) {
  const Matrix& first = moments.front().outputs.inputs;
  std::vector<double> values;
  for (const Moment& moment : moments)
    values.insert(values.end(), moment.outputs.inputs.begin(), moment.outputs.inputs.end());
  file.write(std::array{moments.size(), first.shape(0), first.shape(1)}, values);
}

}  // namespace

void run_dynamics(const Program& program, const DynamicsOptions& options, const Console& console) {
  require_consistent(options);
  const Description description = program.describe();
  const KernelEvaluation kernel(program, description, options.kernel, console);
  const Examples data = read_examples(options.x, options.y, options.x_test, options.y_test, description);
  const Problem problem = pose_problem(data.y, options.task, console);
  require_fits(options, problem, description);
  const Interruption interruption;
  std::optional<ArrayFile> out;
  if (options.out) out.emplace(*options.out);
  std::optional<PictureFile> picture;
  if (options.plot) picture.emplace(*options.plot);

  const Kernels kernels = evaluate(kernel, data);
  const auto prior = evaluate_prior(program, description, options, data, console);
  set_blas_threads(static_cast<std::size_t>(threads_of(options.kernel)));
  const GradientFlow flow(kernels.gram);
  const auto times = options.times.empty() ? choose_times(flow.decay_rates(), options.loss) : options.times;
  const Matrix codes = problem.codes();
  Logits start = find_start(kernel, options.initial, problem, data);
  auto moments = options.loss == Loss::squared
                     ? follow_squared(flow, kernels, codes, start, prior, times)
                     : follow_cross_entropy(kernels, codes, std::move(start), times);
  score(moments, options.loss, problem, data);
  const DynamicsReport report = summarise(options, problem, data, flow, moments);
  Interruption::check();
  if (out) write_outputs(*out, moments);
  if (picture) picture->draw(to_plot(report));
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  if (out) out->commit();
  if (picture) picture->commit();
}

}  // namespace nntk::tool
