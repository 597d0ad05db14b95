// SPDX-License-Identifier: BSD-3-Clause
//
// The types of real numbers that a .npy file may hold.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace nntk::io {

struct NpyType {
  std::size_t size;  ///< bytes of a value
  bool is_swapped;   ///< the file's byte order is not this machine's
  void (*decode)(std::span<const std::byte> bytes, bool is_swapped, std::span<double> values);
};

/// The type that a descr such as '<f8' names. Throws DataError naming `file` and what the descr holds
/// instead.
NpyType find_npy_type(std::string_view file, std::string_view descr);

/// '<' where the low byte comes first, else '>'.
char native_byte_order();

}  // namespace nntk::io
