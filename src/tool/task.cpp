// SPDX-License-Identifier: BSD-3-Clause
#include "task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "inputs.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/analysis/targets.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

bool is_whole(double value) { return value == std::floor(value); }

void require_one_label(const io::Array& targets) {
  if (width_of(targets) != 1)
    throw UsageError(
        fmt::format("--task classification takes one label a sample, found {}", width_of(targets)));
}

}  // namespace

Task guess_task(const io::Array& targets) {
  if (width_of(targets) != 1 || !std::ranges::all_of(targets.values, is_whole)) return Task::regression;
  const double most = std::max(20.0, std::sqrt(static_cast<double>(targets.values.size())));
  const std::set<double> distinct(targets.values.begin(), targets.values.end());
  return static_cast<double>(distinct.size()) <= most ? Task::classification : Task::regression;
}

Matrix probabilities_of(const Matrix& codes) { return xt::cast<double>(codes > 0.0); }

Problem::Problem(io::Array targets, std::optional<Task> task)
    : targets_(std::move(targets)), task_(task ? *task : guess_task(targets_)) {
  if (task_ == Task::regression) return;
  require_one_label(targets_);
  classes_ = find_classes(to_vector(targets_.values));
}

std::size_t Problem::outputs() const {
  return task_ == Task::classification ? classes_.size() : width_of(targets_);
}

Matrix Problem::encode(const io::Array& truth) const {
  if (task_ == Task::classification) return encode_labels(to_vector(truth.values), classes_);
  return to_matrix(truth.values, truth.shape[0]);
}

std::optional<Matrix> Problem::codes(const io::Array& truth) const {
  const auto is_known = [this](double label) { return std::ranges::binary_search(classes_, label); };
  if (task_ == Task::classification && !std::ranges::all_of(truth.values, is_known)) return std::nullopt;
  return encode(truth);
}

void Problem::require_loss(Loss loss) const {
  if (loss == Loss::cross_entropy && task_ != Task::classification)
    throw UsageError("--loss cross-entropy goes with classification, found regression");
}

Matrix Problem::targets_of(Loss loss, const io::Array& truth) const {
  require_loss(loss);
  return loss == Loss::squared ? encode(truth) : probabilities_of(encode(truth));
}

io::Array Problem::decode(const Matrix& scores) const {
  std::vector<std::size_t> shape = targets_.shape;
  shape[0] = scores.shape(0);
  if (task_ == Task::regression) return {std::move(shape), {scores.begin(), scores.end()}};
  const Vector labels = choose_labels(scores, classes_);
  return {std::move(shape), {labels.begin(), labels.end()}};
}

double Problem::score(const io::Array& predictions, const io::Array& truth) const {
  if (task_ == Task::classification)
    return measure_accuracy(to_vector(predictions.values), to_vector(truth.values));
  const std::size_t rows = truth.shape[0];
  return measure_r_squared(to_matrix(predictions.values, rows), to_matrix(truth.values, rows));
}

Problem pose_problem(io::Array targets, std::optional<Task> task, const Console& console) {
  Problem problem(std::move(targets), task);
  if (!task) console.say(fmt::format("task: {}, by the values of y", name_of(task_names, problem.task())));
  return problem;
}

void require_targets_fit(const Path& path, const Problem& problem, const Description& description) {
  if (problem.outputs() == description.outputs) return;
  const bool is_classification = problem.task() == Task::classification;
  throw DataError(fmt::format(
      "{}: expected {} {} in y, as many as this network has outputs, found {}{}", path.string(),
      description.outputs, is_classification ? "classes" : "targets a row", problem.outputs(),
      is_classification && description.outputs == 1 ? " (--task regression takes labels as numbers)" : ""));
}

std::string_view outputs_name(Task task) { return task == Task::classification ? "classes" : "outputs"; }

std::vector<std::string> score_row(Task task, double score) {
  if (task == Task::classification) return {"accuracy", fmt::format("{:.2f} %", 100 * score)};
  return {"R^2", fmt::format("{:.6g}", score)};
}

}  // namespace nntk::tool
