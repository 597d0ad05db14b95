// SPDX-License-Identifier: BSD-3-Clause
#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nntk::tool {

namespace {

std::vector<std::size_t> measure_columns(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  return widths;
}

}  // namespace

std::string render_table(const Rows& rows, std::size_t first_right) {
  const auto widths = measure_columns(rows);
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c)
      text += c < first_right ? fmt::format("{:<{}}  ", row[c], widths[c])
                              : fmt::format("{:>{}}  ", row[c], widths[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace nntk::tool
