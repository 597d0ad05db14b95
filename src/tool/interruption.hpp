// SPDX-License-Identifier: BSD-3-Clause
//
// SIGINT (Ctrl-C) as a question that long work asks now and then.
#pragma once

namespace nntk::tool {

/// While an object of this class lives, and no longer, the first SIGINT is remembered and the second one
/// kills, as SIGINT does at any other time. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] static bool requested() noexcept;
  /// The same as a progress, which tells nobody how far the work is.
  static bool permits(double /*fraction*/) noexcept { return !requested(); }
  /// Throws Interrupted if one was requested.
  static void check();
};

}  // namespace nntk::tool
