// SPDX-License-Identifier: BSD-3-Clause
#include "build.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <utility>

#include "diagnostics.hpp"
#include "nntk/error.hpp"
#include "nntk/io/process.hpp"
#include "text_file.hpp"

namespace nntk::compiler {

namespace {

using std::filesystem::path;

void configure(const Toolchain& tools, const KernelRequest& request, const path& scratch) {
  const io::Outcome outcome =
      io::run_program({tools.cmake, "-S", tools.project(), "-B", scratch, "-G", "Unix Makefiles",
                       "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_COMPILER=" + tools.compiler,
                       "-DNNTK_HEADER=" + request.header.string(), "-DNNTK_SCALAR=" + request.scalar,
                       fmt::format("-DNNTK_PROCESSOR={}", fmt::join(request.processors, ";"))});
  if (!outcome.succeeded) throw Error(ExitCode::internal, explain_configuration(outcome.output));
}

bool lies_in(const path& file, const path& folder) {
  return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

/// The words of a rule that a compiler wrote for make, behind its target: a backslash keeps a space, or ends
/// a line; a dollar is doubled.
std::vector<path> read_prerequisites(const std::string& rule) {
  std::vector<path> files;
  std::string word;
  for (std::size_t i = rule.find(": ") + 1; i < rule.size(); ++i) {
    const char next = i + 1 < rule.size() ? rule[i + 1] : '\n';
    if (rule[i] == '\\' && (next == ' ' || next == '#')) {
      word += rule[++i];
    } else if (rule[i] == '$' && next == '$') {
      word += rule[++i];
    } else if (rule[i] == ' ' || rule[i] == '\n' || (rule[i] == '\\' && next == '\n')) {
      if (!word.empty()) files.emplace_back(std::exchange(word, {}));
    } else {
      word += rule[i];
    }
  }
  if (!word.empty()) files.emplace_back(word);
  return files;
}

std::vector<path> list_inputs(const path& scratch) {
  std::vector<path> inputs;
  for (const auto& rule : std::filesystem::recursive_directory_iterator(scratch / "CMakeFiles")) {
    if (rule.path().filename() != "kernel.kernel.cpp.o.d") continue;
    for (const auto& file : read_prerequisites(read_text(rule.path())))
      if (!lies_in(file, scratch)) inputs.push_back(file.lexically_normal());
  }
  std::ranges::sort(inputs);  // several processors have the same
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  for (const auto& library : split_lines(read_text(scratch / "libraries"))) inputs.emplace_back(library);
  return inputs;
}

}  // namespace

Build build_kernel(const Toolchain& tools, const KernelRequest& request, const path& scratch) {
  ::setenv("LC_ALL", "C", 1);  // messages as diagnostics.cpp reads them
  configure(tools, request, scratch);
  const io::Outcome outcome = io::run_program({tools.cmake, "--build", scratch});
  if (!outcome.succeeded) throw DataError(explain_compilation(outcome.output, request.header));
  return {scratch / "kernel", list_inputs(scratch)};
}

}  // namespace nntk::compiler
