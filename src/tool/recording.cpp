// SPDX-License-Identifier: BSD-3-Clause
#include "recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "interruption.hpp"
#include "matrix.hpp"
#include "nntk/analysis/alignment.hpp"
#include "nntk/linalg.hpp"

namespace nntk::tool {

namespace {

/// How many eigenvalues and modes are followed.
constexpr std::size_t followed = 5;

double distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace

std::vector<std::size_t> choose_record_steps(std::size_t steps, std::size_t count) {
  std::vector<std::size_t> chosen{0};
  const double last = static_cast<double>(steps), between = static_cast<double>(count - 2);
  for (std::size_t k = 0; k + 2 < count; ++k) {
    const double step = std::round(std::pow(last, static_cast<double>(k) / between));
    if (static_cast<std::size_t>(step) > chosen.back()) chosen.push_back(static_cast<std::size_t>(step));
  }
  if (chosen.back() < steps) chosen.push_back(steps);
  return chosen;
}

Recorder::Recorder(const Program& program, GramRequest request, Matrix targets, RecordPlan plan)
    : program_(program),
      request_(request),
      targets_(std::move(targets)),
      plan_(std::move(plan)),
      path_(evaluate_kernel(request_.theta), followed) {
  if (plan_.learning_rate)
    decay_.emplace(path_.modes(), followed, find_residual(request_.theta), *plan_.learning_rate);
  columns_ = name_columns();
}

void Recorder::watch(TrainingState& state) {
  const auto recorded = static_cast<double>(state.step);
  if (!std::ranges::binary_search(plan_.steps, state.step)) return;
  if (state.records.empty() || state.records.back().front() < recorded)
    state.records.push_back(measure(state));
}

Matrix Recorder::evaluate_kernel(std::span<const double> theta) const {
  Matrix gram = xt::empty<double>({request_.x.count, request_.x.count});
  GramRequest request = request_;
  request.theta = theta;
  set_blas_threads(1);
  program_.gram(request, {{gram.data(), gram.size()}}, Interruption::permits);
  return gram;
}

Matrix Recorder::find_residual(std::span<const double> theta) const {
  Matrix outputs = xt::empty<double>(targets_.shape());
  program_.evaluate(theta, request_.realisations, request_.x, {outputs.data(), outputs.size()});
  return outputs - targets_;
}

std::vector<double> Recorder::measure(const TrainingState& state) const {
  const Matrix gram = state.step == 0 ? path_.first() : evaluate_kernel(state.theta);
  const KernelPosition position = path_.locate(gram);
  std::vector<double> record{static_cast<double>(state.step), plan_.descent->loss(state.theta)};
  if (plan_.test != nullptr) record.push_back(plan_.test->loss(state.theta));
  record.push_back(distance(state.theta, request_.theta));
  record.insert(record.end(), position.eigenvalues.begin(), position.eigenvalues.end());
  record.insert(record.end(), {position.condition_number, position.drift, measure_alignment(gram, targets_),
                               position.overlap});
  if (!decay_) return record;
  const Vector measured = decay_->measure(find_residual(state.theta)),
               predicted = decay_->predict(state.step);
  for (std::size_t i = 0; i < measured.size(); ++i) record.insert(record.end(), {measured(i), predicted(i)});
  return record;
}

std::vector<std::string> Recorder::name_columns() const {
  const std::size_t count = std::min(followed, request_.x.count);
  std::vector<std::string> names{"step", "loss"};
  if (plan_.test != nullptr) names.emplace_back("test_loss");
  names.emplace_back("distance");
  for (std::size_t i = 1; i <= count; ++i) names.push_back(fmt::format("eigenvalue_{}", i));
  names.insert(names.end(), {"condition_number", "drift", "alignment", "overlap"});
  for (std::size_t i = 1; decay_ && i <= count; ++i)
    names.insert(names.end(), {fmt::format("mode_{}", i), fmt::format("mode_{}_predicted", i)});
  return names;
}

}  // namespace nntk::tool
