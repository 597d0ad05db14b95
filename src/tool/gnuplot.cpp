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

// Inches; a line of the legend takes line_height in type of 8 points.
constexpr double panel_width = 3.6, panel_height = 3.1, line_height = 0.175;

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

/// The ends of an axis, and their ratio, must be numbers too.
bool has_place(const Axis& axis, double value) {
  return std::abs(value) <= 1e150 && (axis.scale == Scale::linear || value >= 1e-150);
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

/// At most three panels in a row, and rows as even as can be; all have room for the longest legend. Inches.
struct PanelGrid {
  std::size_t rows, columns;
  double legend_lines, width, row_height;

  explicit PanelGrid(const Plot& plot)
      : rows((plot.panels.size() + 2) / 3),
        columns((plot.panels.size() + rows - 1) / rows),
        legend_lines(static_cast<double>(count_lines(plot))),
        width(panel_width * static_cast<double>(columns)),
        row_height(panel_height + line_height * legend_lines) {}

  [[nodiscard]] double height() const { return row_height * static_cast<double>(rows); }

  /// The top of the legend of a panel, over the height of the picture: 0 is its lower edge.
  [[nodiscard]] double legend_top(std::size_t panel) const {
    const std::size_t rows_below = rows - 1 - panel / columns;
    const double bottom = row_height * static_cast<double>(rows_below);
    return (bottom + 0.04 + line_height * legend_lines) / height();
  }
};

/// Type of 8 points, 72 of them an inch, at 216 pixels an inch; SVG's pixels are points.
std::string show_terminal(const PanelGrid& grid, PictureFormat format) {
  const double width = grid.width, height = grid.height();
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

/// What is drawn reaches from the one to the other.
struct Extent {
  double least, greatest;

  void widen(double value) {
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
};

/// Of the abscissas or the ordinates of a panel, and the marks on their axis.
Extent find_extent(const Panel& panel, bool is_x) {
  const auto [x, y] = find_anchor(panel);
  Extent extent{is_x ? x : y, is_x ? x : y};
  for (const Series& series : panel.series)
    for (std::size_t i = 0; i < series.x.size(); ++i)
      if (has_place(panel, series.x[i], series.y[i])) extent.widen(is_x ? series.x[i] : series.y[i]);
  for (const Mark& mark : is_x ? panel.x_marks : panel.y_marks)
    if (has_place(is_x ? panel.x : panel.y, mark.place)) extent.widen(mark.place);
  return extent;
}

/// A logarithmic axis. Where it spans at most two powers of ten its numbers are 1, 2, 5, 10, ... and it ends
/// at one of them; otherwise they are powers of ten, at most seven.
class LogarithmicAxis {
 public:
  LogarithmicAxis(const Axis& axis, Extent extent) : extent_(extent) {
    if (axis.decades > 0)
      extent_.least = std::max(extent_.least, extent_.greatest / std::pow(10, axis.decades));
    first_ = std::floor(std::log10(extent_.least));
    last_ = std::max(std::ceil(std::log10(extent_.greatest)), first_ + 1);
  }

  [[nodiscard]] std::string show_numbers(char name) const {
    if (is_narrow())
      return fmt::format("set format {0} '%g'\nset {0}tics ({1})\n", name, fmt::join(steps(), ", "));
    const double stride = std::ceil((last_ - first_) / 7);
    return fmt::format("set format {0} '10^{{%L}}'\nset {0}tics 1e{1}\n{2} m{0}tics\n", name, stride,
                       stride > 1 ? "unset" : "set");
  }

  /// Abscissas end a little outside the data or the steps around them, ordinates at a number: a hair outside,
  /// so that rounding does not lose it.
  [[nodiscard]] std::string show_range(char name) const {
    const Extent powers{std::pow(10, first_), std::pow(10, last_)};
    const Extent range = is_narrow() ? enclose() : name == 'y' ? powers : extent_;
    const double margin = name == 'y' ? 1 + 1e-9 : std::pow(range.greatest / range.least, 0.02);
    return fmt::format("set {}range [{}:{}]\n", name, range.least / margin, range.greatest * margin);
  }

 private:
  [[nodiscard]] bool is_narrow() const { return last_ - first_ <= 2; }

  [[nodiscard]] std::vector<double> steps() const {
    std::vector<double> steps;
    for (double power = first_ - 1; power <= last_; ++power)
      for (const int digit : {1, 2, 5}) steps.push_back(digit * std::pow(10, power));
    return steps;
  }

  /// The steps next to the extent, at least two apart.
  [[nodiscard]] Extent enclose() const {
    const auto all = steps();
    auto above = std::ranges::lower_bound(all, extent_.greatest);
    auto below = std::prev(std::ranges::upper_bound(all, extent_.least));
    if (above - below < 2) ++above;
    return {*below, *above};
  }

  Extent extent_;
  double first_, last_;  // powers of ten
};

/// `name` is 'x' or 'y'.
std::string show_axis(const Panel& panel, char name) {
  const Axis& axis = name == 'x' ? panel.x : panel.y;
  std::string text = fmt::format("set {}label {} noenhanced\n", name, quote(axis.label));
  if (axis.scale == Scale::logarithmic) {
    const LogarithmicAxis logarithmic(axis, find_extent(panel, name == 'x'));
    text += fmt::format("set logscale {}\n", name) + logarithmic.show_numbers(name) +
            logarithmic.show_range(name);
  } else if (name == 'x') {
    text += "set autoscale xfix\nset offsets graph 0.02, graph 0.02, 0, 0\n";
  }
  for (const Tick& tick : axis.ticks)
    text += fmt::format("set {}tics add ({} {})\n", name, quote(tick.name), tick.place);
  return text;
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

/// `index` counts the series that are no predictions.
std::string show_stroke(const Series& series, std::size_t index) {
  const std::string line =
      fmt::format("lw 1.5 dt {} lc rgb '{}'", series.is_prediction ? 2 : 1, colours[index % colours.size()]);
  if (series.is_prediction || series.x.size() > few) return "lines " + line;
  return fmt::format("linespoints pt {} ps 0.4 {}", symbols[index % symbols.size()], line);
}

/// A panel as it grows: blocks of data, then what is drawn of them.
struct Drawing {
  std::string blocks, arrows;
  std::vector<std::string> parts;
  std::size_t marks = 0;

  void add(std::string_view block, std::string_view points, std::string_view stroke, std::string_view title) {
    blocks += show_block(block, points);
    parts.push_back(fmt::format("${} with {} {}", block, stroke, title));
  }
};

/// An arrow without a head spans the panel; a line of one point, which is not seen, widens the axis so that
/// the mark lies on it, and stands in the legend.
void add_mark(Drawing& drawing, const Mark& mark, std::pair<double, double> point, bool is_upright) {
  const std::size_t index = drawing.marks++;
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
  std::size_t measured = 0;
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const Series& series = panel.series[i];
    if (i > 0 && !series.is_prediction) ++measured;
    drawing.add(fmt::format("series{}", i), show_points(panel, series), show_stroke(series, measured),
                show_title(series.name));
  }
  for (const Mark& mark : panel.x_marks)
    if (has_place(panel.x, mark.place)) add_mark(drawing, mark, {mark.place, y}, true);
  for (const Mark& mark : panel.y_marks)
    if (has_place(panel.y, mark.place)) add_mark(drawing, mark, {x, mark.place}, false);
  return drawing;
}

/// The legend hangs below the label of the axis.
std::string show_panel(const Panel& panel, std::size_t index, const PanelGrid& grid) {
  const Drawing drawing = draw(panel);
  return fmt::format(
      "{}set bmargin {}\n"
      "set key at graph 0, screen {:.4f} left top vertical maxcols 1 Left reverse samplen 2.5\n"
      "set title {} noenhanced offset 0,-0.5\n{}{}{}{}plot {}\n",
      panel_style, 4.2 + 1.1 * grid.legend_lines, grid.legend_top(index), quote(panel.title),
      show_axis(panel, 'x'), show_axis(panel, 'y'), drawing.blocks, drawing.arrows,
      fmt::join(drawing.parts, ", "));
}

}  // namespace

std::string to_gnuplot(const Plot& plot, PictureFormat format) {
  const PanelGrid grid(plot);
  std::string script =
      fmt::format("set encoding utf8\nset terminal {} enhanced font 'sans,8' background '#ffffff'\n",
                  show_terminal(grid, format));
  script += fmt::format("set multiplot layout {},{}\n", grid.rows, grid.columns);
  for (std::size_t i = 0; i < plot.panels.size(); ++i) script += show_panel(plot.panels[i], i, grid);
  return script + "unset multiplot\n";
}

}  // namespace nntk::tool
