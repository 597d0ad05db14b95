// SPDX-License-Identifier: BSD-3-Clause
#include "training_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "early_stopping.hpp"
#include "interruption.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "nntk/error.hpp"
#include "nonlocal_options.hpp"
#include "parameters.hpp"
#include "presentation.hpp"
#include "run_identity.hpp"

namespace nntk::tool {

namespace {

Problem pose_fitting_problem(const TrainOptions& options, const io::Array& y, const Description& description,
                             const Console& console) {
  Problem problem = pose_problem(y, options.task, console);
  require_targets_fit(options.y, problem, description);
  return problem;
}

/// It is the mean network that learns.
KernelOptions of_network(KernelOptions options) {
  options.average = Average::network;
  return options;
}

std::size_t at_most(std::string_view flag, std::size_t asked, std::size_t samples) {
  if (asked <= samples) return asked;
  throw UsageError(
      fmt::format("{}: expected at most {}, as many as there are samples, found {}", flag, samples, asked));
}

void require_companions(const TrainOptions& options) {
  if (options.batch_seed && !options.batch_size) throw UsageError("--batch-seed goes with --batch-size");
  if (options.checkpoint_every && !options.checkpoint)
    throw UsageError("--checkpoint-every goes with --checkpoint");
  if (options.record_samples && !options.record) throw UsageError("--record-samples goes with --record");
  if (options.record_out && !options.record) throw UsageError("--record-out goes with --record");
  if (options.plot && !options.record) throw UsageError("--plot goes with --record");
  if (options.x_test && !options.y_test) throw UsageError("--x-test needs --y-test, the targets to watch");
}

void require_distinct_files(const TrainOptions& options) {
  require_distinct_outputs(options.json, {{"--out", options.out},
                                          {"--checkpoint", options.checkpoint},
                                          {"--record-out", options.record_out},
                                          {"--plot", options.plot}});
  for (const auto& file : {options.checkpoint, options.record_out})
    if (file == "-") throw UsageError("only --out may be standard output");
}

}  // namespace

void require_consistent(const TrainOptions& options) {
  const auto flag = find_nonlocal_flag(options.kernel);
  if (options.gradient == Gradient::local && !flag.empty())
    throw UsageError(fmt::format("{} goes with --gradient nonlocal, found local", flag));
  require_companions(options);
  require_distinct_files(options);
}

TrainingSetup::TrainingSetup(const Program& program, const TrainOptions& options, const Console& console)
    : program_(program),
      options_(options),
      description_(program.describe()),
      kernel_((require_consistent(options.kernel, description_), of_network(options.kernel))),
      nonlocal_(nonlocal_of(kernel_, description_, false)),
      realisations_(realisations_of(kernel_, description_)),
      theta_(find_parameters(program, description_, kernel_)),
      data_(read_examples(options.x, options.y, options.x_test, options.y_test, description_)),
      problem_(pose_fitting_problem(options, data_.y, description_, console)),
      y_(problem_.targets_of(options.loss)) {
  if (data_.y_test) y_test_ = problem_.targets_of(options.loss, *data_.y_test);
  at_most("--batch-size", batch_size(), data_.x.shape[0]);
  if (options.record) choose_recorded();
}

std::size_t TrainingSetup::displacements() const {
  return options_.gradient == Gradient::nonlocal ? nonlocal_.samples : 0;
}

std::size_t TrainingSetup::batch_size() const { return options_.batch_size.value_or(data_.x.shape[0]); }

Batches TrainingSetup::batches() const {
  return {data_.x.shape[0], batch_size(), options_.batch_seed.value_or(seed_of(kernel_))};
}

RunIdentity TrainingSetup::identity() const {
  return identify(description_, options_, data_, nonlocal_, realisations_, theta_);
}

std::unique_ptr<Descent> TrainingSetup::descent() const { return descent_on(data_.x, y_); }

std::unique_ptr<Descent> TrainingSetup::test_descent() const {
  return data_.x_test ? descent_on(*data_.x_test, y_test_) : nullptr;
}

std::unique_ptr<Descent> TrainingSetup::descent_on(const io::Array& x, const Matrix& y) const {
  return program_.prepare_descent({.x = samples_of(x),
                                   .y = span_of(y),
                                   .loss = options_.loss,
                                   .nonlocal = nonlocal_,
                                   .realisations = realisations_,
                                   .threads = threads_of(kernel_),
                                   .is_stopped = Interruption::requested});
}

/// Of the kernel whose gradient is descended.
GramRequest TrainingSetup::kernel_request(Samples x) const {
  GramRequest request;
  request.kernel = options_.gradient == Gradient::local ? KernelKind::ntk : KernelKind::nntk;
  request.theta = theta_;
  request.nonlocal = nonlocal_;
  request.realisations = realisations_;
  request.x = x;
  request.threads = threads_of(kernel_);
  return request;
}

/// All samples, or some that the order of an epoch chooses.
void TrainingSetup::choose_recorded() {
  constexpr std::size_t standard = 256;
  const std::size_t samples = data_.x.shape[0], width = data_.x.shape[1];
  const std::size_t count =
      at_most("--record-samples", options_.record_samples.value_or(std::min(standard, samples)), samples);
  Batches order(samples, count, 0);
  const SampleIndices chosen = order.at(0);
  const Matrix codes = problem_.codes();
  recorded_.shape = {count, width};
  recorded_targets_ = xt::empty<double>({count, codes.shape(1)});
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = chosen.empty() ? i : chosen[i];
    const auto* x = &data_.x.values[row * width];
    recorded_.values.insert(recorded_.values.end(), x, x + width);
    xt::row(recorded_targets_, static_cast<std::ptrdiff_t>(i)) =
        xt::row(codes, static_cast<std::ptrdiff_t>(row));
  }
}

std::unique_ptr<Recorder> TrainingSetup::recorder(Descent& descent, Descent* test) const {
  if (!options_.record) return nullptr;
  const Schedule& schedule = options_.schedule;
  RecordPlan plan{.steps = choose_record_steps(schedule.steps, *options_.record),
                  .descent = &descent,
                  .test = test,
                  .learning_rate = {}};
  const bool is_plain =
      options_.loss == Loss::squared && schedule.momentum == 0 && batch_size() == data_.x.shape[0];
  if (is_plain && is_recorded_whole()) plan.learning_rate = schedule.learning_rate;
  return std::make_unique<Recorder>(program_, kernel_request(samples_of(recorded_)), recorded_targets_,
                                    std::move(plan));
}

Matrix TrainingSetup::outputs(std::span<const double> theta, const io::Array& x) const {
  Matrix outputs = xt::empty<double>({x.shape[0], description_.outputs});
  program_.evaluate(theta, realisations_, samples_of(x), {outputs.data(), outputs.size()});
  return outputs;
}

double TrainingSetup::score(std::span<const double> theta, const io::Array& x, const io::Array& truth) const {
  return problem_.score(problem_.decode(outputs(theta, x)), truth);
}

std::optional<std::size_t> TrainingSetup::suggest_last_step(const Recorder* recorder) const {
  if (recorder == nullptr || !data_.x_test || options_.loss != Loss::squared || !is_recorded_whole())
    return std::nullopt;
  Matrix cross = xt::empty<double>({data_.x_test->shape[0], data_.x.shape[0]});
  GramRequest request = kernel_request(samples_of(*data_.x_test));
  request.x2 = samples_of(data_.x);
  program_.gram(request, {{cross.data(), cross.size()}}, Interruption::permits);
  return tool::suggest_last_step(recorder->first_kernel(), cross, {outputs(theta_, data_.x), y_},
                                 {outputs(theta_, *data_.x_test), y_test_}, options_.schedule);
}

}  // namespace nntk::tool
