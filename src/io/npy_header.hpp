// SPDX-License-Identifier: BSD-3-Clause
//
// The header of a .npy file: a Python dict literal with exactly the keys descr, fortran_order and shape.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nntk::io {

/// NumPy takes no more dimensions.
constexpr std::size_t max_rank = 64;

struct NpyHeader {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

/// Parses the literal as Python would, in any spelling that NumPy has written: either quote, any white space,
/// keys in any order, trailing commas, Python 2's `3L`. Throws DataError naming `file` and the byte of the
/// header where it ceases to be one.
NpyHeader parse_npy_header(std::string_view file, std::string_view text);

}  // namespace nntk::io
