// SPDX-License-Identifier: BSD-3-Clause
#include "number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(std::string_view flag, std::string_view expected, std::string_view found) {
  throw UsageError(fmt::format("{}: expected {}, found '{}'", flag, expected, found));
}

template <class Accept>
double parse_real(std::string_view flag, std::string_view text, std::string_view expected, Accept accept) {
  const auto number = parse<double>(text);
  if (!number || !std::isfinite(*number) || !accept(*number)) refuse(flag, expected, text);
  return *number;
}

}  // namespace

std::size_t parse_count(std::string_view flag, std::string_view text, std::size_t least, std::size_t most) {
  const auto count = parse<std::size_t>(text);
  if (!count || *count < least || *count > most)
    refuse(flag, fmt::format("a whole number from {} to {}", least, most), text);
  return *count;
}

std::vector<std::size_t> parse_counts(std::string_view flag, std::string_view text) {
  std::vector<std::size_t> counts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    counts.push_back(parse_count(flag, text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return counts;
}

std::uint64_t parse_seed(std::string_view flag, std::string_view text) {
  const auto seed = parse<std::uint64_t>(text);
  if (!seed) refuse(flag, "a whole number from 0 to 18446744073709551615", text);
  return *seed;
}

double parse_positive(std::string_view flag, std::string_view text) {
  return parse_real(flag, text, "a number above 0", [](double number) { return number > 0; });
}

double parse_not_negative(std::string_view flag, std::string_view text) {
  return parse_real(flag, text, "a number of 0 or more", [](double number) { return number >= 0; });
}

double parse_share(std::string_view flag, std::string_view text) {
  return parse_real(flag, text, "a number from 0 to less than 1",
                    [](double number) { return number >= 0 && number < 1; });
}

std::vector<double> parse_times(std::string_view flag, std::string_view text) {
  std::vector<double> times;
  for (std::string_view rest = text;;) {
    const std::size_t comma = rest.find(',');
    const auto time = parse<double>(rest.substr(0, comma));
    if (!time || !(*time >= 0) || (!times.empty() && *time <= times.back()))
      refuse(flag, "times that increase from 0 on, such as 0.5,10,inf", text);
    times.push_back(*time);
    if (comma == std::string_view::npos) return times;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace nntk::tool
