// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nntk::compiler {

/// What a kernel is compiled with.
struct Toolchain {
  std::string compiler;           ///< $CXX, or c++
  std::string cmake;              ///< as PATH finds it
  std::filesystem::path package;  ///< nntk's CMake package, beside this program

  /// The files of the package, in a fixed order.
  [[nodiscard]] std::vector<std::filesystem::path> package_files() const;
  /// The project of the package that compiles one kernel.
  [[nodiscard]] std::filesystem::path project() const { return package / "compile"; }
};

/// Throws Error with the name of what is missing.
[[nodiscard]] Toolchain find_toolchain();

/// The compiler's version and what it takes the processor for: its predefined macros. Throws UsageError for a
/// processor that it does not know.
[[nodiscard]] std::string describe_target(const Toolchain& tools, const std::string& processor);

/// The environment variables that compilers and CMake listen to.
[[nodiscard]] std::string describe_environment();

}  // namespace nntk::compiler
