// SPDX-License-Identifier: BSD-3-Clause
#include "format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>

namespace nntk::tool {

namespace {

/// The number scaled to below `base` by the prefixes, of which the first is none.
template <std::size_t Count>
std::string show_scaled(double number, double base, const std::array<const char*, Count>& prefixes) {
  std::size_t prefix = 0;
  for (; prefix + 1 < Count && std::abs(number) >= base; ++prefix) number /= base;
  return fmt::format("{:.3g} {}", number, prefixes[prefix]);
}

}  // namespace

std::string show_count(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t place = digits.size(); place > 3;) digits.insert(place -= 3, 1, ',');
  return digits;
}

std::string show_clock(double seconds) {
  const auto total = static_cast<long long>(seconds);
  const auto hours = total / 3600, minutes = total / 60 % 60, rest = total % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                   : fmt::format("{}:{:02}", minutes, rest);
}

std::string show_duration(double seconds) {
  if (seconds >= 60) return show_clock(seconds);
  if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
  return seconds >= 1e-3 ? fmt::format("{:.3g} ms", seconds * 1e3) : fmt::format("{:.3g} us", seconds * 1e6);
}

std::string show_bytes(std::size_t bytes) {
  static constexpr std::array prefixes{"bytes", "KiB", "MiB", "GiB", "TiB"};
  return show_scaled(static_cast<double>(bytes), 1024, prefixes);
}

std::string show_magnitude(double number) {
  static constexpr std::array prefixes{"", "k", "M", "G", "T"};
  std::string text = show_scaled(number, 1000, prefixes);
  if (text.back() == ' ') text.pop_back();
  return text;
}

std::string show_shape(std::span<const std::size_t> shape) {
  return fmt::format("{}", fmt::join(shape, " x "));
}

std::string show_line(std::string_view text) {
  std::string line;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f)
      line += fmt::format("\\x{:02x}", byte);
    else
      line += character;
  }
  return line;
}

}  // namespace nntk::tool
