// SPDX-License-Identifier: BSD-3-Clause
#include "sentence.hpp"

#include <fmt/ranges.h>

#include <system_error>

namespace nntk::io {

namespace {

template <class IsShown>
std::string escape(std::string_view text, IsShown is_shown) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_shown(byte)) {
      line += c;
    } else {
      line += fmt::format("\\x{:02x}", byte);
    }
  }
  return line;
}

}  // namespace

std::string show_path(const std::filesystem::path& path) {
  return escape(path.native(), [](unsigned char byte) { return byte >= 0x20 && byte != 0x7f; });
}

std::string show_bytes(std::string_view bytes) {
  constexpr std::size_t longest = 40;
  const std::string start =
      escape(bytes.substr(0, longest), [](unsigned char byte) { return byte >= 0x20 && byte < 0x7f; });
  return bytes.size() > longest ? start + "..." : start;
}

std::string show_shape(std::span<const std::size_t> shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::string show_system_error(int error) { return std::generic_category().message(error); }

}  // namespace nntk::io
