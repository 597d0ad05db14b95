// SPDX-License-Identifier: BSD-3-Clause
//
// What can go wrong at run time. Every failure is one exception whose text is one line (what was expected,
// what was found, where) and whose type fixes the exit code of a tool that lets it reach `main`.
#pragma once

#include <stdexcept>
#include <string>

namespace nntk {

/// Exit codes of every nntk program, after BSD's sysexits where one fits.
enum class ExitCode : int {
  done = 0,
  usage = 2,
  bad_data = 65,
  internal = 70,
  output_failed = 74,
  interrupted = 130
};

/// A failure that a user can read and act on.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// The request itself is wrong: an unknown flag, an option out of range, options that contradict each other.
struct UsageError : Error {
  explicit UsageError(const std::string& sentence) : Error(ExitCode::usage, sentence) {}
};

/// The data are wrong: a malformed file, a shape that does not fit, a value that is not finite.
struct DataError : Error {
  explicit DataError(const std::string& sentence) : Error(ExitCode::bad_data, sentence) {}
};

/// The result could not be written.
struct OutputError : Error {
  explicit OutputError(const std::string& sentence) : Error(ExitCode::output_failed, sentence) {}
};

/// The user stopped the work.
struct Interrupted : Error {
  explicit Interrupted(const std::string& sentence = "interrupted")
      : Error(ExitCode::interrupted, sentence) {}
};

}  // namespace nntk
