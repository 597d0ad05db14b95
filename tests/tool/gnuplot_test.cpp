// SPDX-License-Identifier: BSD-3-Clause
//
// gnuplot itself is the oracle of its language: it refuses what it cannot read, and draws the rest.
#include "../../src/tool/gnuplot.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "nntk/io/process.hpp"

namespace nntk::tool {

namespace {

using Catch::Contains;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// One panel of one series.
Plot one(Series series, Scale scale = Scale::linear) {
  return {{{.title = "title", .x = {"x", scale}, .y = {"y", scale}, .series = {std::move(series)}}}};
}

io::Outcome draw(const Plot& plot, PictureFormat format) {
  return io::run_filter({"gnuplot", "--default-settings", "-"}, to_gnuplot(plot, format));
}

std::string script_of(const Plot& plot) { return to_gnuplot(plot, PictureFormat::svg); }

/// Drawn, and without a word of warning.
std::string picture_of(const Plot& plot) {
  const auto outcome = draw(plot, PictureFormat::svg);
  CHECK(outcome.succeeded);
  CHECK(outcome.complaints.empty());
  return outcome.output;
}

}  // namespace

TEST_CASE("The script holds every number to its last digit") {
  const Plot plot = one({"squares", {1, 2, 3}, {1.0000000000000002, 4, 1e-300}});
  CHECK_THAT(script_of(plot), Contains("1 1.0000000000000002\n2 4\n3 1e-300\n"));
}

TEST_CASE("A picture has the format that was asked for") {
  const Plot plot = one({"squares", {1, 2, 3}, {1, 4, 9}});
  CHECK(draw(plot, PictureFormat::png).output.starts_with("\x89PNG\r\n"));
  CHECK(draw(plot, PictureFormat::pdf).output.starts_with("%PDF-"));
  CHECK_THAT(draw(plot, PictureFormat::svg).output, Contains("<svg"));
}

TEST_CASE("Axes, legend, title and ticks are drawn in the words that were given, whatever these are") {
  Plot plot = one({"a_b^{c} 'quoted' \"twice\" $d `id` \\n % @ #", {1, 20, 500}, {2, 1, 3}});
  plot.panels[0].title = "λ 'at' home\nand away";
  plot.panels[0].x.label = "time (s)";
  plot.panels[0].x.ticks = {{400, "∞"}};
  const std::string picture = picture_of(plot);
  CHECK_THAT(picture, Contains("a_b^{c} 'quoted' \"twice\" $d `id` \\n % @ #") ||
                          Contains("a_b^{c} 'quoted' &quot;twice&quot; $d `id` \\n % @ #"));
  CHECK_THAT(picture, Contains("λ 'at' home\\x0aand away"));
  CHECK_THAT(picture, Contains("time (s)") && Contains("∞"));
}

TEST_CASE("Points without a place on an axis leave a gap, and the others are drawn") {
  const Series series{"rates", {1, 2, 3, 4, 5, 6, 1000}, {1, 0, -1, infinity, not_a_number, 2, 3}};
  CHECK_THAT(script_of(one(series, Scale::logarithmic)),
             Contains("1 1\nNaN NaN\nNaN NaN\nNaN NaN\nNaN NaN\n6 2\n1000 3\n"));
  CHECK_THAT(script_of(one(series)), Contains("1 1\n2 0\n3 -1\nNaN NaN\nNaN NaN\n6 2\n1000 3\n"));
  picture_of(one(series, Scale::logarithmic));
}

TEST_CASE("A panel with nothing to show, or one point, is drawn all the same") {
  const auto scale = GENERATE(Scale::linear, Scale::logarithmic);
  const auto series =
      GENERATE(Series{"none", {}, {}}, Series{"lost", {1, 2}, {not_a_number, infinity}},
               Series{"one", {5}, {7}}, Series{"level", {1, 2, 3}, {4, 4, 4}},
               Series{"wide", {1e-320, 1e-150, 1e150, 1e308}, {1e308, 1e150, 1e-150, 5e-324}});
  const auto outcome = draw(one(series, scale), PictureFormat::svg);
  CHECK(outcome.succeeded);
  CHECK_THAT(outcome.output, Contains(series.name));
}

TEST_CASE("A mark is drawn where it has a place, and its axis reaches to it") {
  Plot plot = one({"rates", {1, 10, 100}, {1, 10, 100}}, Scale::logarithmic);
  plot.panels[0].x_marks = {{"far", 1e4}, {"nowhere", 0}};
  plot.panels[0].y_marks = {{"low", 1e-3}, {"lost", not_a_number}};
  const std::string script = script_of(plot);
  CHECK_THAT(script, Contains("first 10000, graph 0 to first 10000, graph 1"));
  CHECK_THAT(script, Contains("graph 0, first 0.001 to graph 1, first 0.001"));
  const std::string picture = picture_of(plot);
  CHECK_THAT(picture, Contains("far") && Contains("low") && !Contains("nowhere") && !Contains("lost"));
}

TEST_CASE("Panels stand side by side, and what one has does not reach the next") {
  Plot plot = one({"first", {1, 10, 100}, {1, 2, 3}}, Scale::logarithmic);
  plot.panels[0].x_marks = {{"mark", 5}};
  plot.panels[0].x.ticks = {{50, "half way"}};
  plot.panels.push_back(one({"second", {-1, 0, 1}, {-5, 0, 5}}).panels[0]);
  const std::string picture = picture_of(plot);
  CHECK_THAT(picture, Contains("first") && Contains("second"));
  const auto half_way = picture.find("half way");
  REQUIRE(half_way != std::string::npos);
  CHECK(picture.find("half way", half_way + 1) == std::string::npos);
}

TEST_CASE("A prediction is dashed, in the colour of the series before it") {
  Plot plot = one({"measured", {1, 2}, {1, 2}});
  plot.panels[0].series.push_back({"predicted", {1, 2}, {1, 3}, true});
  plot.panels[0].series.push_back({"other", {1, 2}, {1, 4}});
  const std::string script = script_of(plot);
  CHECK_THAT(script, Contains("dt 1 lc rgb '#0072b2' title 'measured'"));
  CHECK_THAT(script, Contains("dt 2 lc rgb '#0072b2' title 'predicted'"));
  CHECK_THAT(script, Contains("dt 1 lc rgb '#d55e00' title 'other'"));
}

TEST_CASE("Rows have at most three panels, and as even a number as can be") {
  const auto [panels, layout] = GENERATE(table<std::size_t, std::string>(
      {{1, "layout 1,1"}, {3, "layout 1,3"}, {4, "layout 2,2"}, {5, "layout 2,3"}, {7, "layout 3,3"}}));
  const Plot plot{std::vector<Panel>(panels, one({"squares", {1, 2}, {1, 4}}).panels[0])};
  CHECK_THAT(script_of(plot), Contains(layout + '\n'));
}

TEST_CASE("Each row of panels has its legend beneath it") {
  Plot plot{std::vector<Panel>(4, one({"", {1, 2}, {1, 4}}).panels[0])};
  plot.panels[0].series[0].name = "upper";
  plot.panels[3].series[0].name = "lower";
  const std::string picture = picture_of(plot);
  const auto height_of = [&](const std::string& name) {
    const auto text = picture.find(">" + name + "<");
    REQUIRE(text != std::string::npos);
    const auto place = picture.find(',', picture.rfind("translate(", text));
    return std::stod(picture.substr(place + 1));
  };
  const double row = 72 * (3.1 + 0.175);  // points: a panel and one line of a legend
  CHECK(height_of("upper") < row);
  CHECK(height_of("lower") == Approx(height_of("upper") + row).epsilon(0).margin(1));
}

}  // namespace nntk::tool
