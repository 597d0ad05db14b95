// SPDX-License-Identifier: BSD-3-Clause
#include "gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "format.hpp"

namespace nntk::tool {

namespace {

constexpr std::array colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};
constexpr std::array symbols{7, 5, 9, 13, 11};
constexpr std::array mark_dashes{2, 4, 3, 5};
constexpr std::size_t few = 50;  ///< points of a line that are shown each

// Inches; a line of the legend takes as much as 10 points of type.
constexpr double panel_width = 3.6, panel_height = 3.1, line_height = 0.19;

constexpr const char* panel_style =
    "reset\n"
    "set border 3 lc rgb '#444444' lw 0.8\n"
    "set tics nomirror out scale 0.7\n"
    "set grid lc rgb '#dddddd' lt 1 lw 0.5\n"
    "set tmargin 2\n"
    "set lmargin 9\n"
    "set rmargin 3\n";

/// Text as gnuplot's single quotes take it: nothing in it is read but the quote itself, which is doubled.
std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char character : show_line(text)) quoted.append(character == '\'' ? 2 : 1, character);
  return quoted + '\'';
}

bool has_place(const Axis& axis, double value) {
  return std::isfinite(value) && (axis.scale == Scale::linear || value > 0);
}

bool has_place(const Panel& panel, double x, double y) {
  return has_place(panel.x, x) && has_place(panel.y, y);
}

std::size_t count_lines(const Panel& panel) {
  const auto is_named = [](const Series& series) { return !series.name.empty(); };
  return static_cast<std::size_t>(std::ranges::count_if(panel.series, is_named)) + panel.x_marks.size() +
         panel.y_marks.size();
}

std::size_t count_lines(const Plot& plot) {
  std::size_t most = 0;
  for (const Panel& panel : plot.panels) most = std::max(most, count_lines(panel));
  return most;
}

/// Pixels at three to the point, which is 216 an inch; for what has no pixels, points and inches.
std::string show_terminal(const Plot& plot, PictureFormat format) {
  const double width = panel_width * static_cast<double>(plot.panels.size());
  const double height = panel_height + line_height * static_cast<double>(count_lines(plot));
  switch (format) {
    case PictureFormat::png:
      return fmt::format("pngcairo size {:.0f},{:.0f} fontscale 3 linewidth 3 pointscale 3", 216 * width,
                         216 * height);
    case PictureFormat::svg:
      return fmt::format("svg size {:.0f},{:.0f}", 72 * width, 72 * height);
    case PictureFormat::pdf:
      return fmt::format("pdfcairo size {:.2f}in,{:.2f}in fontscale 1 linewidth 2", width, height);
  }
  return {};
}

/// A point that widens no axis: marks stand on it, and without any data it is what the axes are drawn around.
std::pair<double, double> find_anchor(const Panel& panel) {
  for (const Series& series : panel.series)
    for (std::size_t i = 0; i < series.x.size(); ++i)
      if (has_place(panel, series.x[i], series.y[i])) return {series.x[i], series.y[i]};
  return {1, 1};
}

/// From the least to the greatest abscissa that is drawn.
std::pair<double, double> find_extent(const Panel& panel) {
  const double anchor = find_anchor(panel).first;
  std::pair extent{anchor, anchor};
  const auto widen = [&](double x) { extent = {std::min(extent.first, x), std::max(extent.second, x)}; };
  for (const Series& series : panel.series)
    for (std::size_t i = 0; i < series.x.size(); ++i)
      if (has_place(panel, series.x[i], series.y[i])) widen(series.x[i]);
  for (const Mark& mark : panel.x_marks)
    if (has_place(panel.x, mark.place)) widen(mark.place);
  return extent;
}

/// `name` is 'x' or 'y'.
std::string show_axis(const Axis& axis, char name) {
  std::string text = fmt::format("set {}label {} noenhanced\n", name, quote(axis.label));
  if (axis.scale == Scale::logarithmic)
    text += fmt::format("set logscale {0}\nset format {0} '10^{{%L}}'\n", name);
  for (const Tick& tick : axis.ticks)
    text += fmt::format("set {}tics add ({} {})\n", name, quote(tick.name), tick.place);
  return text;
}

/// The abscissas end where the data do, unless no two powers of ten were left to read them by.
std::string show_extent(const Panel& panel) {
  const auto [least, greatest] = find_extent(panel);
  const bool is_read = panel.x.scale == Scale::linear ? greatest > least : greatest / least >= 100;
  return is_read ? "set autoscale xfix\n" : "";
}

std::string show_points(const Panel& panel, const Series& series) {
  std::string text;
  for (std::size_t i = 0; i < series.x.size(); ++i)
    text += has_place(panel, series.x[i], series.y[i]) ? fmt::format("{} {}\n", series.x[i], series.y[i])
                                                       : "NaN NaN\n";
  return text;
}

std::string show_block(std::string_view name, std::string_view points) {
  return fmt::format("${} << END\n{}END\n", name, points);
}

std::string show_title(std::string_view name) {
  return name.empty() ? "notitle" : fmt::format("title {} noenhanced", quote(name));
}

std::string show_stroke(const Series& series, std::size_t index) {
  const std::string line =
      fmt::format("lw 1.5 dt {} lc rgb '{}'", series.is_dashed ? 2 : 1, colours[index % colours.size()]);
  if (series.x.size() > few) return "lines " + line;
  return fmt::format("linespoints pt {} ps 0.4 {}", symbols[index % symbols.size()], line);
}

/// A panel as it grows: blocks of data, then what is drawn of them.
struct Drawing {
  std::string blocks, arrows;
  std::vector<std::string> parts;

  void add(std::string_view block, std::string_view points, std::string_view stroke, std::string_view title) {
    blocks += show_block(block, points);
    parts.push_back(fmt::format("${} with {} {}", block, stroke, title));
  }
};

/// An arrow without a head spans the panel; a line of one point, which is not seen, widens the axis so that
/// the mark lies on it, and stands in the legend.
void add_mark(Drawing& drawing, const Mark& mark, std::pair<double, double> point, bool is_upright) {
  const std::size_t index = drawing.parts.size();
  const std::string stroke =
      fmt::format("lw 1.2 dt {} lc rgb '#777777'", mark_dashes[index % mark_dashes.size()]);
  const auto ends = is_upright ? fmt::format("first {0}, graph 0 to first {0}, graph 1", mark.place)
                               : fmt::format("graph 0, first {0} to graph 1, first {0}", mark.place);
  drawing.arrows += fmt::format("set arrow from {} nohead back {}\n", ends, stroke);
  drawing.add(fmt::format("mark{}", index), fmt::format("{} {}\n", point.first, point.second),
              "lines " + stroke, show_title(mark.name));
}

Drawing draw(const Panel& panel) {
  Drawing drawing;
  const auto [x, y] = find_anchor(panel);
  drawing.add("anchor", fmt::format("{} {}\n", x, y), "lines", "notitle");
  for (std::size_t i = 0; i < panel.series.size(); ++i)
    drawing.add(fmt::format("series{}", i), show_points(panel, panel.series[i]),
                show_stroke(panel.series[i], i), show_title(panel.series[i].name));
  for (const Mark& mark : panel.x_marks)
    if (has_place(panel.x, mark.place)) add_mark(drawing, mark, {mark.place, y}, true);
  for (const Mark& mark : panel.y_marks)
    if (has_place(panel.y, mark.place)) add_mark(drawing, mark, {x, mark.place}, false);
  return drawing;
}

/// The legend hangs below the label of the axis, from as many lines above the edge as the longest one has.
std::string show_panel(const Panel& panel, std::size_t legend_lines) {
  const Drawing drawing = draw(panel);
  return fmt::format(
      "{}set bmargin {}\n"
      "set key at graph 0, character {} left top vertical maxcols 1 Left reverse samplen 2.5\n"
      "set title {} noenhanced\n{}{}{}{}{}plot {}\n",
      panel_style, 3.5 + 1.1 * static_cast<double>(legend_lines),
      0.3 + 1.1 * static_cast<double>(legend_lines), quote(panel.title), show_axis(panel.x, 'x'),
      show_axis(panel.y, 'y'), show_extent(panel), drawing.blocks, drawing.arrows,
      fmt::join(drawing.parts, ", "));
}

}  // namespace

std::string to_gnuplot(const Plot& plot, PictureFormat format) {
  std::string script =
      fmt::format("set encoding utf8\nset terminal {} enhanced font 'sans,10' background '#ffffff'\n",
                  show_terminal(plot, format));
  script += fmt::format("set multiplot layout 1,{}\n", plot.panels.size());
  for (const Panel& panel : plot.panels) script += show_panel(panel, count_lines(plot));
  return script + "unset multiplot\n";
}

}  // namespace nntk::tool
