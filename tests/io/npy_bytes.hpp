// SPDX-License-Identifier: BSD-3-Clause
//
// .npy files byte by byte, good and bad.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"
#include "scratch.hpp"

namespace nntk::io::test {

inline std::string little_endian(std::size_t value, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

inline std::string npy(int major, const std::string& header, const std::string& data) {
  return bytes("\x93NUMPY") + static_cast<char>(major) + '\0' +
         little_endian(header.size(), major == 1 ? 2 : 4) + header + data;
}

inline std::string dict(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

inline std::string doubles(std::size_t count) { return std::string(8 * count, '\0'); }

/// A file of `count` zeros of '<f8'.
inline std::string zeros(const std::string& shape, std::size_t count) {
  return npy(1, dict("<f8", "False", shape), doubles(count));
}

inline std::string refusal(const std::filesystem::path& path) {
  return sentence_of<DataError>([&] { read_npy(path); });
}

}  // namespace nntk::io::test
