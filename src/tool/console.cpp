// SPDX-License-Identifier: BSD-3-Clause
#include "console.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <stdexcept>

#include "format.hpp"
#include "nntk/error.hpp"
#include "nntk/io/atomic_file.hpp"

namespace nntk::tool {

namespace {

struct Failure {
  ExitCode code;
  std::string sentence;
};

Failure describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return {error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return {ExitCode::internal, "out of memory"};
  } catch (const std::exception& error) {
    return {ExitCode::internal, error.what()};
  }
}

}  // namespace

void Console::print(std::string_view text) {
  io::AtomicFile output("-");
  output.write(text);
  output.commit();
}

void Console::say(std::string_view sentence) const {
  if (!is_quiet_) write_line(sentence);
}

void Console::show(std::string_view text) const {
  if (!is_quiet_) std::fwrite(text.data(), 1, text.size(), stderr);
}

int Console::report(const std::exception_ptr& failure) const {
  const auto [code, sentence] = describe(failure);
  write_line(sentence);
  return static_cast<int>(code);
}

void Console::write_line(std::string_view sentence) const {
  const std::string line = fmt::format("{}: {}\n", show_line(name_), show_line(sentence));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace nntk::tool
