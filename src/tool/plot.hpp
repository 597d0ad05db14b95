// SPDX-License-Identifier: BSD-3-Clause
//
// A picture before it is drawn: panels side by side, at most three in a row, each of series over two axes and
// marks across them.
//
//   +- Panel -----------+- Panel -----------+
//   |  title            |                   |
//   |  y ^       series |                   |
//   |    |   :  .-'     |                   |
//   |    |---:-'------- |  - - -  a mark    |
//   |    +---:---------> x                  |
//   |  legend           |                   |
//   +-------------------+-------------------+
//
// It says what there is to see; how that looks is gnuplot.hpp's.
#pragma once

#include <string>
#include <vector>

namespace nntk::tool {

enum class Scale { linear, logarithmic };

/// A number on an axis that has a name of its own.
struct Tick {
  double place = 0;
  std::string name;
};

struct Axis {
  std::string label;  ///< with its unit
  Scale scale = Scale::linear;
  std::vector<Tick> ticks = {};  ///< beside the numbers that every axis has
  int decades = 0;               ///< a logarithmic axis shows so many of its largest; 0: all
};

/// Points (x_i, y_i). One that has no place, not finite or on a logarithmic axis not above 0, or beyond
/// 1e±150, leaves a gap.
struct Series {
  std::string name;  ///< empty: not in the legend
  std::vector<double> x, y;
  bool is_prediction = false;  ///< of the series before it, in whose colour it is dashed
};

/// A straight line across the panel. One that has no place on its axis is not drawn.
struct Mark {
  std::string name;
  double place = 0;
};

struct Panel {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
  std::vector<Mark> x_marks = {};  ///< upright
  std::vector<Mark> y_marks = {};  ///< level
};

struct Plot {
  std::vector<Panel> panels;
};

}  // namespace nntk::tool
