// SPDX-License-Identifier: BSD-3-Clause
#include "toolchain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "nntk/error.hpp"
#include "nntk/io/process.hpp"

namespace nntk::compiler {

namespace {

using std::filesystem::path;

std::string environment_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string require_program(const std::string& name, const char* role) {
  const auto program = io::find_program(name);
  if (!program) throw Error(ExitCode::internal, fmt::format("expected {}, found no program {}", role, name));
  return program->string();
}

path find_package() {
  const path package =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / NNTK_PACKAGE).lexically_normal();
  if (!std::filesystem::exists(package / "nntkConfig.cmake"))
    throw Error(ExitCode::internal,
                fmt::format("expected nntk's CMake package in {}, found none", package.string()));
  return package;
}

}  // namespace

Toolchain find_toolchain() {
  require_program("make", "make, which drives the compiler");
  return {require_program(environment_or("CXX", "c++"), "a C++20 compiler ($CXX, or c++)"),
          require_program("cmake", "CMake 3.25 or later"), find_package()};
}

std::vector<path> Toolchain::package_files() const {
  std::vector<path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(package))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string describe_target(const Toolchain& tools, const std::string& processor) {
  const auto outcome =
      io::run_program({tools.compiler, "-march=" + processor, "-E", "-dM", "-x", "c++", "/dev/null"});
  if (!outcome.succeeded)
    throw UsageError(fmt::format("--processor: {} is none that {} compiles for", processor, tools.compiler));
  return outcome.output;
}

std::string describe_environment() {
  std::string description;
  for (const char* name : {"CXXFLAGS", "LDFLAGS", "CPATH", "CPLUS_INCLUDE_PATH", "CMAKE_PREFIX_PATH"})
    description += fmt::format("{}={}\n", name, environment_or(name, ""));
  return description;
}

}  // namespace nntk::compiler
