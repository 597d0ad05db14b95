// SPDX-License-Identifier: BSD-3-Clause
//
// A rectangle of a Gram matrix, and the parts that a whole one is cut into.
//
//          columns ─▶        Of a symmetric matrix only the parts above the diagonal and on it are listed:
//   rows   0  1  2           their mirror images are the others.
//    ▼        3  4
//                5
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "nntk/arch/range.hpp"
#include "nntk/kernel/progress.hpp"

namespace nntk {

/// Pairs of samples: those of `rows` against those of `columns`.
struct Part {
  Range rows, columns;

  [[nodiscard]] std::size_t pairs() const { return rows.count * columns.count; }
};

/// Where a part goes: values (rows, columns, entries), and `turned`, unless null, (columns, rows, entries),
/// its mirror image.
struct PartValues {
  double* values;
  double* turned = nullptr;
};

/// Samples [0, count) in ranges of `side`, the last one of what is left.
inline std::vector<Range> cut(std::size_t count, std::size_t side) {
  std::vector<Range> ranges;
  for (std::size_t first = 0; first < count; first += side)
    ranges.push_back({first, std::min(side, count - first)});
  return ranges;
}

/// The parts of a matrix, row by row. Of a symmetric one columns.first >= rows.first.
inline std::vector<Part> cut(const Part& whole, bool is_symmetric, std::size_t side) {
  std::vector<Part> parts;
  for (const Range& rows : cut(whole.rows.count, side))
    for (const Range& columns : cut(whole.columns.count, side))
      if (!is_symmetric || columns.first >= rows.first) parts.push_back({rows, columns});
  return parts;
}

/// Evaluates the whole of what is prepared once and evaluated in parts.
template <class Evaluation, class Values>
void evaluate_whole(Evaluation& evaluation, const Values& to, const Progress& progress) {
  const double between = evaluation.keeps_features() ? 0.5 : 0;
  const ProgressShare sweeps(progress, 0, between), pairs(progress, between, 1);
  evaluation.prepare(std::cref(sweeps));
  evaluation.evaluate(evaluation.whole(), to, std::cref(pairs));
}

}  // namespace nntk
