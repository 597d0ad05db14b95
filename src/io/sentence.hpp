// SPDX-License-Identifier: BSD-3-Clause
//
// The words in which files are refused. Whatever a path or a file contains, a sentence is one line of
// printable characters.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "nntk/error.hpp"

namespace nntk::io {

/// The path as a message shows it: control characters as \xNN.
std::string show_path(const std::filesystem::path& path);

/// The beginning of bytes from a file as a message shows it: what is not printable ASCII as \xNN.
std::string show_bytes(std::string_view bytes);

/// A shape as NumPy writes it: (), (3,), (3, 4).
std::string show_shape(std::span<const std::size_t> shape);

/// The system's words for an errno.
std::string show_system_error(int error);

/// Throws DataError "FILE: SENTENCE".
template <class... Arguments>
[[noreturn]] void refuse(std::string_view file, fmt::format_string<Arguments...> sentence,
                         Arguments&&... arguments) {
  throw DataError(fmt::format("{}: {}", file, fmt::format(sentence, std::forward<Arguments>(arguments)...)));
}

}  // namespace nntk::io
