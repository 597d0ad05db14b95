// SPDX-License-Identifier: BSD-3-Clause
//
// The records of a training as a table of numbers, and what that looks like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nntk::tool {

struct Records {
  std::vector<std::string> columns;       ///< "step", "loss", ..., "mode_1", "mode_1_predicted", ...
  std::vector<std::vector<double>> rows;  ///< an entry a column
};

/// The entries of a column; none where there is no such column.
[[nodiscard]] std::vector<double> column_of(const Records& records, std::string_view name);

/// A line of names and one for each row, each number with all its digits.
[[nodiscard]] std::string to_csv(const Records& records);

/// Aligned columns; the modes, if there are any, in a table of their own beneath.
[[nodiscard]] std::string to_text(const Records& records);

}  // namespace nntk::tool
