// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <array>
#include <vector>

#include "array_file.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "nonlocal_options.hpp"
#include "parameters.hpp"
#include "presentation.hpp"
#include "progress.hpp"
#include "table.hpp"
#include "task.hpp"

namespace nntk::tool {

namespace {

void require_targets_fit(const Path& path, const Problem& problem, const Description& description) {
  if (problem.outputs() == description.outputs) return;
  const bool is_classification = problem.task() == Task::classification;
  throw DataError(fmt::format(
      "{}: expected {} {} in y, as many as this network has outputs, found {}{}", path.string(),
      description.outputs, is_classification ? "classes" : "targets a row", problem.outputs(),
      is_classification && description.outputs == 1 ? " (--task regression takes labels as numbers)" : ""));
}

Problem read_problem(const TrainOptions& options, const Description& description, std::size_t count,
                     const Console& console) {
  Problem problem = pose_problem(read_targets(options.y, "y", count), options.task, console);
  require_targets_fit(options.y, problem, description);
  return problem;
}

TrainReport summarise(const TrainOptions& options, const Problem& problem, std::size_t samples,
                      const NonlocalOptions& nonlocal) {
  return {.gradient = std::string(name_of(gradient_names, options.gradient)),
          .task = problem.task(),
          .loss = options.loss,
          .training_samples = samples,
          .outputs = problem.outputs(),
          .displacements = options.gradient == Gradient::nonlocal ? nonlocal.samples : 0,
          .batch_size = options.batch_size.value_or(samples),
          .schedule = options.schedule,
          .losses = {},
          .score = 0};
}

Batches batches_of(const TrainOptions& options, std::size_t samples) {
  const std::size_t size = options.batch_size.value_or(samples);
  if (size > samples)
    throw UsageError(fmt::format("--batch-size: expected at most {}, as many as there are samples, found {}",
                                 samples, size));
  return {samples, size, options.batch_seed.value_or(seed_of(options.kernel))};
}

void require_consistent(const TrainOptions& options) {
  require_distinct_outputs(options.json, options.out);
  const auto flag = find_nonlocal_flag(options.kernel);
  if (options.gradient == Gradient::local && !flag.empty())
    throw UsageError(fmt::format("{} goes with --gradient nonlocal, found local", flag));
  if (options.batch_seed && !options.batch_size) throw UsageError("--batch-seed goes with --batch-size");
}

/// Of the outputs at θ on the training inputs.
double measure_score(const Program& program, const Problem& problem, std::span<const double> theta,
                     const Realisations& realisations, Samples x) {
  std::vector<double> outputs(x.count * problem.outputs());
  program.evaluate(theta, realisations, x, outputs);
  return problem.score(problem.decode(to_matrix(outputs, x.count)), problem.targets());
}

std::string to_text(const TrainReport& report) {
  Rows rows{{"gradient", report.gradient},
            {"task", std::string(name_of(task_names, report.task))},
            {std::string(outputs_name(report.task)), std::to_string(report.outputs)},
            {"loss", std::string(name_of(loss_names, report.loss))},
            {"training samples", std::to_string(report.training_samples)}};
  if (report.displacements > 0)
    rows.push_back({"displacements a step", std::to_string(report.displacements)});
  if (report.batch_size < report.training_samples)
    rows.push_back({"samples a step", std::to_string(report.batch_size)});
  rows.insert(rows.end(), {{"steps", std::to_string(report.schedule.steps)},
                           {"learning rate", fmt::format("{:g}", report.schedule.learning_rate)},
                           {"momentum", fmt::format("{:g}", report.schedule.momentum)},
                           {"loss before", fmt::format("{:.6g}", report.losses.before)},
                           {"loss after", fmt::format("{:.6g}", report.losses.after)},
                           {"lowest loss", fmt::format("{:.6g}", report.losses.lowest)},
                           {"found after step", std::to_string(report.losses.lowest_step)},
                           score_row(report.task, report.score)});
  return render_table(rows, 1);
}

}  // namespace

void run_train(const Program& program, const TrainOptions& options, const Console& console) {
  require_consistent(options);
  const Description description = program.describe();
  require_consistent(options.kernel, description);
  KernelOptions kernel = options.kernel;
  kernel.average = Average::network;  // it is the mean network that learns
  const NonlocalOptions nonlocal = nonlocal_of(kernel, description, false);
  const Realisations realisations = realisations_of(kernel, description);
  const io::Array inputs = read_inputs(options.x, "x", description);
  const Samples x = samples_of(inputs);
  const Problem problem = read_problem(options, description, x.count, console);
  const Matrix y = problem.targets_of(options.loss);
  const Interruption interruption;
  ArrayFile out(options.out);

  const auto descent = program.prepare_descent({.x = x,
                                                .y = span_of(y),
                                                .loss = options.loss,
                                                .nonlocal = nonlocal,
                                                .realisations = realisations,
                                                .threads = threads_of(options.kernel),
                                                .is_stopped = Interruption::requested});
  TrainReport report = summarise(options, problem, x.count, nonlocal);
  Training training(*descent, options.gradient, options.schedule, batches_of(options, x.count));
  TrainingState state = training.start(find_parameters(program, description, options.kernel));
  training.run(state, [](TrainingState&) {}, Progress(console, "training").callback());
  training.finish(state);
  report.losses = state.losses;
  report.score = measure_score(program, problem, state.theta, realisations, x);
  Interruption::check();
  out.write(std::array{state.theta.size()}, state.theta);
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  out.commit();
}

}  // namespace nntk::tool
