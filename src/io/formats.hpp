// SPDX-License-Identifier: BSD-3-Clause
//
// The two formats that a table may have, read from a file that is already open: a pipe opens once.
#pragma once

#include <string_view>

#include "nntk/io/npy.hpp"
#include "source.hpp"

namespace nntk::io {

constexpr std::string_view npy_magic = "\x93NUMPY";

/// As read_npy.
Array parse_npy(const Source& source);

/// As read_table, of text.
Array parse_csv(const Source& source);

}  // namespace nntk::io
