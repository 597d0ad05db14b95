// SPDX-License-Identifier: BSD-3-Clause
//
// Rows of text in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace nntk::tool {

using Rows = std::vector<std::vector<std::string>>;

/// The rows as lines, columns two spaces apart and as wide as their widest entry; from column `first_right`
/// on aligned to the right. No spaces at the end of a line.
std::string render_table(const Rows& rows, std::size_t first_right);

}  // namespace nntk::tool
