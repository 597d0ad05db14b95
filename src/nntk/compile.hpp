// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nntk::compiler {

struct CompileOptions {
  std::filesystem::path header;
  std::filesystem::path output;  ///< empty: the header's name without its ending
  std::string scalar = "double";
  std::vector<std::string> processors{"native"};  ///< as -march takes them
  std::filesystem::path cache;
  bool quiet = false;
};

/// Compiles the header's architecture to a kernel binary at `output`, or copies it there from the cache. The
/// output appears whole or not at all. Throws DataError for a header that is missing or does not compile.
void compile(const CompileOptions& options);

}  // namespace nntk::compiler
