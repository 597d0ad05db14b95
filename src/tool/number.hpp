// SPDX-License-Identifier: BSD-3-Clause
//
// Numbers on the command line, read strictly: the whole text is the number, a whole number is decimal digits,
// and what is out of range is refused. Every failure is a UsageError of one sentence that names the flag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace nntk::tool {

/// A whole number from `least` to `most`.
std::size_t parse_count(std::string_view flag, std::string_view text, std::size_t least = 1,
                        std::size_t most = std::numeric_limits<std::uint32_t>::max());

/// Such numbers from 1, one or more, with commas between them.
std::vector<std::size_t> parse_counts(std::string_view flag, std::string_view text);

/// Any whole number of 64 bits.
std::uint64_t parse_seed(std::string_view flag, std::string_view text);

/// A finite number above 0.
double parse_positive(std::string_view flag, std::string_view text);

/// A finite number of 0 or more.
double parse_not_negative(std::string_view flag, std::string_view text);

/// A number from 0 to less than 1.
double parse_share(std::string_view flag, std::string_view text);

/// Times that increase, from 0 on, with commas between them: "0.5,10,inf".
std::vector<double> parse_times(std::string_view flag, std::string_view text);

}  // namespace nntk::tool
