// SPDX-License-Identifier: BSD-3-Clause
//
// Where words go: results to standard output, checked; narration and failures to standard error.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace nntk::tool {

class Console {
 public:
  /// `name` is the program's, in front of every narration and failure.
  explicit Console(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_quiet() const { return is_quiet_; }
  void be_quiet() { is_quiet_ = true; }

  /// A result. Throws OutputError unless all of it was taken.
  static void print(std::string_view text);
  /// One line of narration, unless quiet.
  void say(std::string_view sentence) const;
  /// Text as it is to standard error, unless quiet.
  void show(std::string_view text) const;
  /// One line for a failure, and the exit code that it asks for.
  [[nodiscard]] int report(const std::exception_ptr& failure) const;

 private:
  void write_line(std::string_view sentence) const;

  std::string name_;
  bool is_quiet_ = false;
};

/// Opens what is closed among standard input, output and error, so that no file of ours takes their numbers:
/// reading then finds nothing, and writing a result fails as it should.
void hold_standard_streams();

}  // namespace nntk::tool
