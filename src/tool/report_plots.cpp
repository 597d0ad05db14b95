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

Axis loss_axis(Loss loss) {
  return {loss == Loss::squared ? "squared loss" : "cross-entropy (nats)", Scale::logarithmic, {}, 6};
}

/// Where times, or steps, stand on a logarithmic axis.
class TimeAxis {
 public:
  TimeAxis(std::string label, const std::vector<double>& times) : label_(std::move(label)) {
    for (const double time : times)
      if (time > 0 && std::isfinite(time)) {
        first_ = std::min(first_, time);
        last_ = std::max(last_, time);
      }
    if (last_ == 0) first_ = last_ = 1;
    has_zero_ = times.front() == 0;
    has_end_ = std::isinf(times.back());
  }

  [[nodiscard]] double place(double time) const {
    if (time == 0) return first_ / 10;
    return std::isinf(time) ? last_ * 10 : time;
  }

  [[nodiscard]] Axis axis() const {
    Axis axis{label_, Scale::logarithmic};
    if (has_zero_) axis.ticks.push_back({place(0), "0"});
    if (has_end_) axis.ticks.push_back({place(std::numeric_limits<double>::infinity()), "∞"});
    return axis;
  }

 private:
  std::string label_;
  double first_ = std::numeric_limits<double>::infinity(), last_ = 0;
  bool has_zero_, has_end_;
};

TimeAxis time_axis(const DynamicsReport& report) {
  std::vector<double> times;
  times.reserve(report.rows.size());
  for (const auto& row : report.rows) times.push_back(row.time);
  return {"time (steps × learning rate)", times};
}

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
          .y = loss_axis(report.loss),
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

/// The records of a training, column by column.
class Paths {
 public:
  explicit Paths(const Records& records)
      : records_(records), steps_("steps", column_of(records, "step")), places_(column_of(records, "step")) {
    for (double& place : places_) place = steps_.place(place);
  }

  [[nodiscard]] double place(std::size_t step) const { return steps_.place(static_cast<double>(step)); }
  [[nodiscard]] Axis axis() const { return steps_.axis(); }

  /// Nothing where there is no such column.
  [[nodiscard]] std::vector<double> follow(std::string_view column) const {
    return column_of(records_, column);
  }
  [[nodiscard]] Series follow(std::string_view column, std::string name) const {
    return {.name = std::move(name), .x = places_, .y = follow(column)};
  }

 private:
  const Records& records_;
  TimeAxis steps_;
  std::vector<double> places_;
};

Panel plot_loss(const TrainReport& report, const Paths& paths) {
  Panel panel{.title = "Loss",
              .x = paths.axis(),
              .y = loss_axis(report.loss),
              .series = {paths.follow("loss", "training data")}};
  if (!report.test_losses) return panel;
  panel.series.push_back(paths.follow("test_loss", "test data"));
  const std::size_t found = report.test_losses->lowest_step;
  panel.x_marks = {{fmt::format("lowest on test data, step {}", found), paths.place(found)}};
  if (const auto expected = report.suggested_step)
    panel.x_marks.push_back(
        {fmt::format("as the first kernel expects, step {}", *expected), paths.place(*expected)});
  return panel;
}

Panel plot_eigenvalues(const Paths& paths) {
  Panel panel{.title = "Eigenvalues of the kernel",
              .x = paths.axis(),
              .y = {"eigenvalue", Scale::logarithmic, {}, 6},
              .series = {}};
  for (std::size_t i = 1; !paths.follow(fmt::format("eigenvalue_{}", i)).empty(); ++i)
    panel.series.push_back(paths.follow(fmt::format("eigenvalue_{}", i), fmt::format("eigenvalue {}", i)));
  return panel;
}

Panel plot_movement(const Paths& paths) {
  return {.title = "Drift",
          .x = paths.axis(),
          .y = {"distance from the start", Scale::logarithmic, {}, 6},
          .series = {paths.follow("drift", "kernel, ‖Θ−Θ₀‖/‖Θ₀‖"),
                     paths.follow("distance", "parameters, ‖θ−θ₀‖")}};
}

Panel plot_alignment(const Paths& paths) {
  return {.title = "Alignment of the kernel",
          .x = paths.axis(),
          .y = {"alignment, overlap"},
          .series = {paths.follow("alignment", "kernel with the targets"),
                     paths.follow("overlap", "eigenspace with the first")}};
}

/// What is left of a residual.
Series in_shares(Series residual, double initial) {
  for (double& value : residual.y) value /= initial;
  return residual;
}

Panel plot_modes(const Paths& paths) {
  Panel panel{.title = "Decay along eigenvectors",
              .x = paths.axis(),
              .y = {"residual, over that at step 0", Scale::logarithmic, {}, 4},
              .series = {}};
  for (std::size_t i = 1; !paths.follow(fmt::format("mode_{}", i)).empty(); ++i) {
    const std::string column = fmt::format("mode_{}", i);
    const double initial = paths.follow(column).front();
    panel.series.push_back(in_shares(paths.follow(column, fmt::format("eigenvector {}", i)), initial));
    Series predicted = paths.follow(column + "_predicted", i == 1 ? "as the first kernel predicts" : "");
    predicted.is_prediction = true;
    panel.series.push_back(in_shares(std::move(predicted), initial));
  }
  return panel;
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
  const TimeAxis time = time_axis(report);
  Plot plot{{plot_loss(report, time), plot_score(report, time)}};
  if (report.rows.front().deviation) plot.panels.push_back(plot_deviation(report, time));
  return plot;
}

Plot to_plot(const TrainReport& report) {
  const Paths paths(report.records);
  Plot plot{{plot_loss(report, paths), plot_eigenvalues(paths), plot_movement(paths), plot_alignment(paths)}};
  if (Panel modes = plot_modes(paths); !modes.series.empty()) plot.panels.push_back(std::move(modes));
  return plot;
}

}  // namespace nntk::tool
