// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "format.hpp"
#include "interruption.hpp"

namespace nntk::tool {

namespace {

constexpr std::string_view wipe = "\r\x1b[K";

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string draw_bar(double fraction, std::size_t width, bool is_coloured) {
  const auto done = static_cast<std::size_t>(fraction * static_cast<double>(width));
  std::string bar(done, '=');
  if (done < width) bar += '>';
  if (is_coloured) bar = "\x1b[32m" + bar + "\x1b[0m";
  return '[' + bar + std::string(width - std::min(done + 1, width), ' ') + ']';
}

}  // namespace

std::optional<double> estimate_remaining(double fraction, double elapsed) {
  if (!(fraction > 0)) return std::nullopt;
  return elapsed * (1 - fraction) / fraction;
}

std::string render_progress(std::string_view label, double fraction, double elapsed, std::size_t columns,
                            bool is_coloured) {
  fraction = std::clamp(fraction, 0.0, 1.0);
  std::string right = fmt::format("{:3.0f} %", std::floor(100 * fraction));
  if (const auto remaining = estimate_remaining(fraction, elapsed))
    right += fmt::format("  {} left", show_clock(*remaining));
  const std::size_t words = label.size() + right.size() + 6;  // two gaps of two, two brackets
  if (words >= columns) return right.substr(0, columns);
  return fmt::format("{}  {}  {}", label,
                     draw_bar(fraction, std::min<std::size_t>(columns - words, 40), is_coloured), right);
}

Progress::Progress(const Console& console, std::string label)
    : label_(std::move(label)),
      is_enabled_(!console.is_quiet() && ::isatty(STDERR_FILENO) != 0 && variable("TERM") != "dumb"),
      is_coloured_(variable("NO_COLOR").empty()) {}

Progress::~Progress() {
  if (is_drawn_) std::fwrite(wipe.data(), 1, wipe.size(), stderr);
}

bool Progress::report(double fraction) {
  using Seconds = std::chrono::duration<double>;
  const auto now = Clock::now();
  const double elapsed = Seconds(now - start_).count();
  if (is_enabled_ && elapsed > 1 && Seconds(now - drawn_).count() > 0.1) {
    drawn_ = now;
    draw(fraction, elapsed);
  }
  return !Interruption::requested();
}

void Progress::draw(double fraction, double elapsed) {
  std::string line(wipe);
  line += render_progress(label_, fraction, elapsed, terminal_columns() - 1, is_coloured_);
  std::fwrite(line.data(), 1, line.size(), stderr);
  is_drawn_ = true;
}

}  // namespace nntk::tool
