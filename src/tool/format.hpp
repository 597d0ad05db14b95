// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers as a person reads them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nntk::tool {

/// 84490 -> "84,490".
std::string show_count(std::size_t count);

/// 0.00213 -> "2.13 ms", 2.5 -> "2.5 s", 75.2 -> "1:15".
std::string show_duration(double seconds);

/// 9 -> "0:09", 75.2 -> "1:15", 4000 -> "1:06:40".
std::string show_clock(double seconds);

/// 1536 -> "1.5 KiB".
std::string show_bytes(std::size_t bytes);

/// 1.25e6 -> "1.25 M": three digits and a decimal prefix.
std::string show_magnitude(double number);

/// {256, 64} -> "256 x 64".
std::string show_shape(std::span<const std::size_t> shape);

/// The text as one line of printable characters: control characters become \xNN.
std::string show_line(std::string_view text);

}  // namespace nntk::tool
