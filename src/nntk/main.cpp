// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <exception>

#include "command_line.hpp"
#include "nntk/error.hpp"

namespace {

int fail(const char* sentence, nntk::ExitCode code) {
  std::fprintf(stderr, "nntk: %s\n", sentence);
  return static_cast<int>(code);
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    nntk::compiler::run_command_line(argument_count, arguments);
    return static_cast<int>(nntk::ExitCode::done);
  } catch (const nntk::Error& error) {
    return fail(error.what(), error.code());
  } catch (const std::exception& error) {
    return fail(error.what(), nntk::ExitCode::internal);
  }
}
