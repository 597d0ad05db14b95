// SPDX-License-Identifier: BSD-3-Clause
#include "report_plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "task.hpp"

namespace nntk::tool {

namespace {

std::vector<double> count_up(std::size_t count) {
  std::vector<double> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

std::vector<double> in_percent(std::vector<double> shares) {
  for (double& share : shares) share *= 100;
  return shares;
}

Panel plot_eigenvalues(const SpectrumReport& report) {
  const double ridge = report.ridge * report.trace / static_cast<double>(report.n);
  return {.title = "Spectrum",
          .x = {"index", Scale::logarithmic},
          .y = {"eigenvalue", Scale::logarithmic},
          .series = {{"eigenvalues", count_up(report.n), report.eigenvalues}},
          .x_marks = {{fmt::format("effective dimension {:.4g}", report.effective_dimension),
                       report.effective_dimension}},
          .y_marks = {{fmt::format("ridge {:.3g}", ridge), ridge}}};
}

Panel plot_energies(const TargetReport& report) {
  return {.title = "Energy of the targets",
          .x = {"leading eigenvectors", Scale::logarithmic},
          .y = {"energy along them (%)"},
          .series = {{"", count_up(report.energies.size()), in_percent(report.energies)}}};
}

Panel plot_learning_curve(const TargetReport& report) {
  auto entries = report.learning_curve;
  std::ranges::sort(entries, {}, &LearningEntry::examples);
  Series errors{.name = "", .x = {}, .y = {}};
  for (const auto& entry : entries) {
    errors.x.push_back(static_cast<double>(entry.examples));
    errors.y.push_back(entry.error);
  }
  return {.title = "Learning curve",
          .x = {"training examples", Scale::logarithmic},
          .y = {"predicted mean square error", Scale::logarithmic},
          .series = {std::move(errors)}};
}

/// Where times stand on a logarithmic axis.
class TimeAxis {
 public:
  explicit TimeAxis(const std::vector<DynamicsRow>& rows) {
    for (const auto& row : rows)
      if (row.time > 0 && std::isfinite(row.time)) {
        first_ = std::min(first_, row.time);
        last_ = std::max(last_, row.time);
      }
    if (last_ == 0) first_ = last_ = 1;
    has_zero_ = rows.front().time == 0;
    has_end_ = std::isinf(rows.back().time);
  }

  [[nodiscard]] double place(double time) const {
    if (time == 0) return first_ / 10;
    return std::isinf(time) ? last_ * 10 : time;
  }

  [[nodiscard]] Axis axis() const {
    Axis axis{"time (steps × learning rate)", Scale::logarithmic};
    if (has_zero_) axis.ticks.push_back({place(0), "0"});
    if (has_end_) axis.ticks.push_back({place(std::numeric_limits<double>::infinity()), "∞"});
    return axis;
  }

 private:
  double first_ = std::numeric_limits<double>::infinity(), last_ = 0;
  bool has_zero_, has_end_;
};

/// A column of the table, where it has an entry.
template <class Read>
Series follow(std::string name, const DynamicsReport& report, const TimeAxis& time, Read read) {
  Series series{.name = std::move(name), .x = {}, .y = {}};
  for (const auto& row : report.rows)
    if (const std::optional<double> value = read(row)) {
      series.x.push_back(time.place(row.time));
      series.y.push_back(*value);
    }
  return series;
}

/// Of training and of test data, as far as these are known.
template <class Read, class ReadTest>
std::vector<Series> follow_both(const DynamicsReport& report, const TimeAxis& time, Read read,
                                ReadTest read_test) {
  std::vector<Series> both{follow("training data", report, time, read)};
  if (Series test = follow("test data", report, time, read_test); !test.x.empty())
    both.push_back(std::move(test));
  return both;
}

Panel plot_loss(const DynamicsReport& report, const TimeAxis& time) {
  return {.title = "Loss",
          .x = time.axis(),
          .y = {report.loss == Loss::squared ? "squared loss" : "cross-entropy (nats)",
                Scale::logarithmic,
                {},
                6},
          .series = follow_both(
              report, time, [](const auto& row) { return row.loss; },
              [](const auto& row) { return row.test_loss; })};
}

Panel plot_score(const DynamicsReport& report, const TimeAxis& time) {
  const bool is_share = report.task == Task::classification;
  const double unit = is_share ? 100 : 1;
  const auto scale = [unit](std::optional<double> score) {
    return score ? std::optional(unit * *score) : score;
  };
  Panel panel{.title = is_share ? "Accuracy" : "Explained variance",
              .x = time.axis(),
              .y = {is_share ? "accuracy (%)" : "R²"},
              .series = follow_both(
                  report, time, [&](const auto& row) { return scale(row.score); },
                  [&](const auto& row) { return scale(row.test_score); })};
  if (report.best_time)
    panel.x_marks = {
        {fmt::format("best on test data, time {:.6g}", *report.best_time), time.place(*report.best_time)}};
  return panel;
}

Panel plot_deviation(const DynamicsReport& report, const TimeAxis& time) {
  return {.title = "Ensemble",
          .x = time.axis(),
          .y = {"deviation between networks"},
          .series = {follow("", report, time, [](const auto& row) { return row.deviation; })}};
}

}  // namespace

Plot to_plot(const SpectrumReport& report) {
  Plot plot{{plot_eigenvalues(report)}};
  if (!report.targets) return plot;
  plot.panels.push_back(plot_energies(*report.targets));
  if (!report.targets->learning_curve.empty()) plot.panels.push_back(plot_learning_curve(*report.targets));
  return plot;
}

Plot to_plot(const DynamicsReport& report) {
  const TimeAxis time(report.rows);
  Plot plot{{plot_loss(report, time), plot_score(report, time)}};
  if (report.rows.front().deviation) plot.panels.push_back(plot_deviation(report, time));
  return plot;
}

}  // namespace nntk::tool
