// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/report_plots.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace nntk::tool {

namespace {

using Numbers = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

SpectrumReport spectrum() {
  SpectrumReport report;
  report.n = 3;
  report.trace = 6;
  report.ridge = 0.25;
  report.effective_dimension = 2.5;
  report.eigenvalues = {4, 2, 0};
  return report;
}

TargetReport targets() {
  TargetReport report;
  report.energies = {0.5, 0.75, 1};
  return report;
}

DynamicsReport dynamics(std::vector<DynamicsRow> rows) {
  DynamicsReport report;
  report.task = Task::classification;
  report.rows = std::move(rows);
  return report;
}

/// Of four recorded steps, with test data that are predicted best after step 10.
TrainReport training() {
  TrainReport report;
  report.test_losses = Losses(5);
  report.test_losses->add(3, 7);
  report.suggested_step = 10;
  report.records = {{"step", "loss", "test_loss", "distance", "eigenvalue_1", "eigenvalue_2", "drift",
                     "alignment", "overlap", "mode_1", "mode_1_predicted", "mode_2", "mode_2_predicted"},
                    {{0, 4, 5, 0, 10, 3, 0, 0.25, 1, 2, 2, 4, 4},
                     {1, 3, 4, 0.5, 11, 2, 0.125, 0.5, 0.75, 1, 0.5, 3, 3.5},
                     {10, 2, 3.5, 0.625, 12, 1, 0.25, 0.75, 0.5, 0.5, 0.25, 2, 3}}};
  return report;
}

}  // namespace

TEST_CASE("A spectrum is drawn whole, with the ridge in units of the kernel") {
  const Plot plot = to_plot(spectrum());
  REQUIRE(plot.panels.size() == 1);
  const Panel& panel = plot.panels[0];
  CHECK((panel.x.scale == Scale::logarithmic && panel.y.scale == Scale::logarithmic));
  CHECK(panel.series.at(0).x == Numbers{1, 2, 3});
  CHECK(panel.series.at(0).y == Numbers{4, 2, 0});
  CHECK(panel.x_marks.at(0).place == 2.5);
  CHECK(panel.y_marks.at(0).place == 0.5);  // 0.25 · 6/3
}

TEST_CASE("Targets add their energy in percent, and a learning curve its errors in order of examples") {
  SpectrumReport report = spectrum();
  report.targets = targets();
  CHECK(to_plot(report).panels.size() == 2);
  report.targets->learning_curve = {{30, 0.25, 0.1}, {10, infinity, infinity}, {100, 0.125, 0.05}};
  const Plot plot = to_plot(report);
  REQUIRE(plot.panels.size() == 3);
  CHECK(plot.panels[1].series.at(0).y == Numbers{50, 75, 100});
  CHECK(plot.panels[2].series.at(0).x == Numbers{10, 30, 100});
  CHECK(plot.panels[2].series.at(0).y == Numbers{infinity, 0.25, 0.125});
}

TEST_CASE("A flow without test data has a loss and a score, and no more") {
  const Plot plot =
      to_plot(dynamics({{.time = 1, .loss = 4, .score = 0.5}, {.time = 9, .loss = 2, .score = 1}}));
  REQUIRE(plot.panels.size() == 2);
  CHECK((plot.panels[0].series.size() == 1 && plot.panels[1].series.size() == 1));
  CHECK(plot.panels[0].series[0].x == Numbers{1, 9});
  CHECK(plot.panels[0].series[0].y == Numbers{4, 2});
  CHECK(plot.panels[1].series[0].y == Numbers{50, 100});
  CHECK(plot.panels[1].x_marks.empty());
}

TEST_CASE("A flow with test data has these, the best time and the deviation beside its own") {
  auto report =
      dynamics({{.time = 1, .loss = 4, .score = 0.5, .test_loss = 5, .test_score = 0.25, .deviation = 0.1},
                {.time = 9, .loss = 2, .score = 1, .test_loss = 3, .test_score = 0.5, .deviation = 0.2}});
  report.best_time = 9;
  const Plot plot = to_plot(report);
  REQUIRE(plot.panels.size() == 3);
  CHECK(plot.panels[0].series.at(1).y == Numbers{5, 3});
  CHECK(plot.panels[1].series.at(1).y == Numbers{25, 50});
  CHECK(plot.panels[1].x_marks.at(0).place == 9);
  CHECK(plot.panels[2].series.at(0).y == Numbers{0.1, 0.2});
}

TEST_CASE("R^2 is drawn as it is, and a test loss that is not known not at all") {
  auto report = dynamics({{.time = 1, .loss = 4, .score = -2, .test_score = 0.5}});
  report.task = Task::regression;
  const Plot plot = to_plot(report);
  CHECK(plot.panels[0].series.size() == 1);
  CHECK(plot.panels[1].series.at(0).y == Numbers{-2});
  CHECK(plot.panels[1].series.at(1).y == Numbers{0.5});
}

TEST_CASE("The beginning and the end of time stand a decade outside the others, and have their names") {
  const Plot plot = to_plot(dynamics({{.time = 0}, {.time = 2}, {.time = 50}, {.time = infinity}}));
  const Panel& panel = plot.panels[0];
  CHECK(panel.series.at(0).x == Numbers{0.2, 2, 50, 500});
  REQUIRE(panel.x.ticks.size() == 2);
  CHECK((panel.x.ticks[0].place == 0.2 && panel.x.ticks[0].name == "0"));
  CHECK((panel.x.ticks[1].place == 500 && panel.x.ticks[1].name == "∞"));
  const Plot ends = to_plot(dynamics({{.time = 0}, {.time = infinity}}));
  CHECK(ends.panels[0].series.at(0).x == Numbers{0.1, 10});
}

TEST_CASE("What a training recorded is drawn against its steps, of which the first stands a decade outside") {
  const Plot plot = to_plot(training());
  REQUIRE(plot.panels.size() == 5);
  for (const Panel& panel : plot.panels) {
    CHECK(panel.x.scale == Scale::logarithmic);
    CHECK((panel.x.ticks.at(0).place == 0.1 && panel.x.ticks[0].name == "0"));
    for (const Series& series : panel.series) CHECK(series.x == Numbers{0.1, 1, 10});
  }
  const auto drawn = [&](std::size_t panel, std::size_t series) {
    return plot.panels[panel].series.at(series).y;
  };
  CHECK((drawn(0, 0) == Numbers{4, 3, 2} && drawn(0, 1) == Numbers{5, 4, 3.5}));
  CHECK((drawn(1, 0) == Numbers{10, 11, 12} && drawn(1, 1) == Numbers{3, 2, 1}));
  CHECK((drawn(2, 0) == Numbers{0, 0.125, 0.25} && drawn(2, 1) == Numbers{0, 0.5, 0.625}));
  CHECK((drawn(3, 0) == Numbers{0.25, 0.5, 0.75} && drawn(3, 1) == Numbers{1, 0.75, 0.5}));
}

TEST_CASE("Each mode of a training is drawn as a share of its start, with its prediction behind it") {
  const Panel panel = to_plot(training()).panels.at(4);
  REQUIRE(panel.series.size() == 4);
  CHECK((panel.series[0].y == Numbers{1, 0.5, 0.25} && !panel.series[0].is_prediction));
  CHECK((panel.series[1].y == Numbers{1, 0.25, 0.125} && panel.series[1].is_prediction));
  CHECK((panel.series[2].y == Numbers{1, 0.75, 0.5} && !panel.series[2].is_prediction));
  CHECK((panel.series[3].y == Numbers{1, 0.875, 0.75} && panel.series[3].is_prediction));
}

TEST_CASE("The lowest test loss of a training is marked where it was found and where it was expected") {
  TrainReport report = training();
  const auto marks = to_plot(report).panels[0].x_marks;
  REQUIRE(marks.size() == 2);
  CHECK((marks[0].place == 7 && marks[1].place == 10));
  report.test_losses = Losses(5);
  report.suggested_step.reset();
  CHECK(to_plot(report).panels[0].x_marks.size() == 1);
  CHECK(to_plot(report).panels[0].x_marks.at(0).place == 0.1);
}

TEST_CASE("A training without test data or modes has one loss, no mark and no panel of modes") {
  TrainReport report;
  report.records = {{"step", "loss", "distance", "eigenvalue_1", "drift", "alignment", "overlap"},
                    {{0, 4, 0, 10, 0, 0.25, 1}, {1, 3, 0.5, 11, 0.125, 0.5, 0.75}}};
  const Plot plot = to_plot(report);
  REQUIRE(plot.panels.size() == 4);
  CHECK((plot.panels[0].series.size() == 1 && plot.panels[0].x_marks.empty()));
  CHECK(plot.panels[1].series.size() == 1);
}

}  // namespace nntk::tool
