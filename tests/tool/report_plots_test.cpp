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

}  // namespace nntk::tool
