// SPDX-License-Identifier: BSD-3-Clause
#include "records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "table.hpp"

namespace nntk::tool {

namespace {

std::string render(const Records& records, const std::vector<std::size_t>& columns) {
  Rows rows(1);
  for (const std::size_t column : columns) {
    rows.front().push_back(records.columns[column]);
    std::ranges::replace(rows.front().back(), '_', ' ');
  }
  for (const auto& row : records.rows) {
    rows.emplace_back();
    for (const std::size_t column : columns) rows.back().push_back(fmt::format("{:.4g}", row[column]));
    rows.back().front() = fmt::format("{:.0f}", row.front());
  }
  return render_table(rows, 0);
}

}  // namespace

std::vector<double> column_of(const Records& records, std::string_view name) {
  const auto found = std::ranges::find(records.columns, name);
  std::vector<double> entries;
  if (found == records.columns.end()) return entries;
  const auto column = static_cast<std::size_t>(found - records.columns.begin());
  for (const auto& row : records.rows) entries.push_back(row[column]);
  return entries;
}

std::string to_csv(const Records& records) {
  std::string text = fmt::format("{}\n", fmt::join(records.columns, ","));
  for (const auto& row : records.rows) text += fmt::format("{}\n", fmt::join(row, ","));
  return text;
}

std::string to_text(const Records& records) {
  std::vector<std::size_t> kernel, modes{0};
  for (std::size_t column = 0; column < records.columns.size(); ++column)
    (records.columns[column].starts_with("mode_") ? modes : kernel).push_back(column);
  const std::string text = render(records, kernel);
  return modes.size() == 1 ? text : text + '\n' + render(records, modes);
}

}  // namespace nntk::tool
