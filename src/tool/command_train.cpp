// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <array>
#include <functional>
#include <optional>
#include <span>

#include "array_file.hpp"
#include "commands.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "picture_file.hpp"
#include "presentation.hpp"
#include "progress.hpp"
#include "records.hpp"
#include "report_plots.hpp"
#include "table.hpp"
#include "training_setup.hpp"

namespace nntk::tool {

namespace {

/// Where a training is taken up: at θ_0, or where a checkpoint left it.
TrainingState take_up(const TrainingSetup& setup, const TrainOptions& options, Training& training) {
  if (!options.resume) return training.start(setup.theta());
  TrainingState state = read_checkpoint(*options.resume, setup.identity());
  if (state.step > options.schedule.steps)
    throw DataError(fmt::format("{}: expected a checkpoint of at most {} steps, found one of {}",
                                options.resume->string(), options.schedule.steps, state.step));
  return state;
}

/// Takes the steps that are left. Where a checkpoint is asked for it is written when it is due, in the end,
/// and when the user interrupts.
void train(const TrainingSetup& setup, const TrainOptions& options, Training& training, Recorder* recorder,
           TrainingState& state, const Console& console) {
  const RunIdentity run = setup.identity();
  const auto keep = [&] {
    if (options.checkpoint) write_checkpoint(*options.checkpoint, run, state);
  };
  const auto watch = [&](TrainingState& now) {
    if (recorder != nullptr) recorder->watch(now);
    if (options.checkpoint_every && now.step > 0 && now.step % *options.checkpoint_every == 0) keep();
  };
  try {
    training.run(state, watch, Progress(console, "training").callback());
  } catch (const Interrupted&) {
    keep();
    throw;
  }
  keep();
}

TrainReport summarise(const TrainingSetup& setup, const TrainOptions& options, const Recorder* recorder,
                      const TrainingState& state) {
  const Examples& data = setup.data();
  TrainReport report{.gradient = std::string(name_of(gradient_names, options.gradient)),
                     .task = setup.problem().task(),
                     .loss = options.loss,
                     .training_samples = data.x.shape[0],
                     .test_samples = data.x_test ? data.x_test->shape[0] : 0,
                     .outputs = setup.problem().outputs(),
                     .displacements = setup.displacements(),
                     .batch_size = setup.batch_size(),
                     .schedule = options.schedule,
                     .losses = state.losses,
                     .test_losses = {},
                     .score = setup.score(state.theta, data.x, data.y),
                     .test_score = {},
                     .suggested_step = setup.suggest_last_step(recorder),
                     .records = {}};
  if (recorder != nullptr) report.records = {recorder->columns(), state.records};
  if (!data.x_test) return report;
  report.test_losses = state.test_losses;
  report.test_score = setup.score(state.theta, *data.x_test, *data.y_test);
  return report;
}

void append_losses(Rows& rows, const std::string& prefix, const Losses& losses) {
  rows.insert(rows.end(), {{prefix + "loss before", fmt::format("{:.6g}", losses.before)},
                           {prefix + "loss after", fmt::format("{:.6g}", losses.after)},
                           {"lowest " + prefix + "loss", fmt::format("{:.6g}", losses.lowest)},
                           {"found after step", std::to_string(losses.lowest_step)}});
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
                           {"momentum", fmt::format("{:g}", report.schedule.momentum)}});
  append_losses(rows, "", report.losses);
  rows.push_back(score_row(report.task, report.score));
  if (report.test_losses) append_losses(rows, "test ", *report.test_losses);
  if (report.suggested_step)
    rows.push_back({"the initial kernel expects it after", std::to_string(*report.suggested_step)});
  if (report.test_score) {
    rows.push_back(score_row(report.task, *report.test_score));
    rows.back().front().insert(0, "test ");
  }
  return render_table(rows, 1) + (report.records.rows.empty() ? "" : '\n' + to_text(report.records));
}

/// The files of the results. Whether each can be written is found out before the work, not after it.
class Outputs {
 public:
  explicit Outputs(const TrainOptions& options) : theta_(options.out) {
    if (options.record_out) records_.emplace(*options.record_out);
    if (options.plot) picture_.emplace(*options.plot);
    if (options.checkpoint) io::AtomicFile{*options.checkpoint};
  }

  void write(std::span<const double> theta, const TrainReport& report) {
    theta_.write(std::array{theta.size()}, theta);
    if (records_) records_->write(to_csv(report.records));
    if (picture_) picture_->draw(to_plot(report));
  }

  void commit() {
    theta_.commit();
    if (records_) records_->commit();
    if (picture_) picture_->commit();
  }

 private:
  ArrayFile theta_;
  std::optional<io::AtomicFile> records_;
  std::optional<PictureFile> picture_;
};

}  // namespace

void run_train(const Program& program, const TrainOptions& options, const Console& console) {
  require_consistent(options);
  const TrainingSetup setup(program, options, console);
  const Interruption interruption;
  Outputs outputs(options);

  const auto descent = setup.descent(), test = setup.test_descent();
  Training training(*descent, options.gradient, options.schedule, setup.batches(), test.get());
  TrainingState state = take_up(setup, options, training);
  const auto recorder = setup.recorder(*descent, test.get());
  train(setup, options, training, recorder.get(), state, console);
  training.finish(state);
  const TrainReport report = summarise(setup, options, recorder.get(), state);
  Interruption::check();
  outputs.write(state.theta, report);
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  outputs.commit();
}

}  // namespace nntk::tool
