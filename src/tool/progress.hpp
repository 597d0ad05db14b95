// SPDX-License-Identifier: BSD-3-Clause
//
// A bar on standard error while long work goes on:
//
//   kernel  [===================>                    ]  47 %  1:12 left
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "console.hpp"

namespace nntk::tool {

/// Seconds that remain when `fraction` took `elapsed` of them. Nothing while nothing is done.
std::optional<double> estimate_remaining(double fraction, double elapsed);

/// The line, at most `columns` wide (without the colour's own bytes) and without its end.
std::string render_progress(std::string_view label, double fraction, double elapsed, std::size_t columns,
                            bool is_coloured);

/// Draws the bar once the work has lasted a second, ten times a second at most, and wipes it in the end.
/// Draws nothing where standard error is no terminal, or the console is quiet.
class Progress {
 public:
  Progress(const Console& console, std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows the finished fraction; false when the user wants to stop.
  bool report(double fraction);
  /// The same as a callback, which must not outlive this.
  [[nodiscard]] std::function<bool(double)> callback() {
    return [this](double fraction) { return report(fraction); };
  }

 private:
  using Clock = std::chrono::steady_clock;

  void draw(double fraction, double elapsed);

  std::string label_;
  bool is_enabled_, is_coloured_, is_drawn_ = false;
  Clock::time_point start_ = Clock::now(), drawn_ = start_;
};

}  // namespace nntk::tool
