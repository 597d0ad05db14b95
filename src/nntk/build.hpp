// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "toolchain.hpp"

namespace nntk::compiler {

/// A kernel to compile.
struct KernelRequest {
  std::filesystem::path header;  ///< absolute
  std::string scalar;
  std::vector<std::string> processors;
};

/// A compiled kernel, and every file that it was compiled and linked from.
struct Build {
  std::filesystem::path kernel;
  std::vector<std::filesystem::path> inputs;
};

/// Compiles the kernel in the empty directory `scratch`. Throws DataError with what the compiler says about
/// the header, in as few lines as there are mistakes.
[[nodiscard]] Build build_kernel(const Toolchain& tools, const KernelRequest& request,
                                 const std::filesystem::path& scratch);

}  // namespace nntk::compiler
