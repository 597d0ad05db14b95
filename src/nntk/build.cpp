// SPDX-License-Identifier: BSD-3-Clause
#include "build.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "diagnostics.hpp"
#include "nntk/error.hpp"
#include "text_file.hpp"

namespace nntk::compiler {

namespace {

using std::filesystem::path;

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

}  // namespace

KernelBuild::KernelBuild(const Toolchain& tools, const KernelRequest& request, const path& scratch)
    : tools_(tools), request_(request), scratch_(scratch) {
  std::filesystem::create_directory(scratch_ / "shared");
}

void KernelBuild::reuse_shared(const std::string& processor, const path& object) const {
  std::filesystem::create_symlink(object, scratch_ / "shared" / (shared_name(processor) + ".o"));
}

void KernelBuild::run() {
  ::setenv("LC_ALL", "C", 1);  // messages as diagnostics.cpp reads them
  configure();
  const unsigned processes = std::max(1U, std::thread::hardware_concurrency());
  outcome_ = io::run_program({tools_.cmake, "--build", scratch_, "--parallel", fmt::to_string(processes)});
}

std::optional<Compiled> KernelBuild::find_shared(const std::string& processor) const {
  const std::string name = shared_name(processor), unit = name + ".cpp.o";
  const path object = scratch_ / "CMakeFiles" / (name + ".dir") / unit;
  if (!std::filesystem::exists(object)) return std::nullopt;
  return Compiled{object, list_inputs(unit)};
}

Compiled KernelBuild::kernel() const {
  if (!outcome_.succeeded) throw DataError(explain_compilation(outcome_.output, request_.header));
  Compiled kernel{scratch_ / "kernel", list_inputs("kernel.kernel.cpp.o")};
  for (const auto& library : split_lines(read_text(scratch_ / "libraries")))
    kernel.inputs.emplace_back(library);
  return kernel;
}

// As NntkAddKernel.cmake names it.
std::string KernelBuild::shared_name(const std::string& processor) const {
  return fmt::format("nntk-shared-{}-{}", request_.scalar, processor);
}

void KernelBuild::configure() const {
  const io::Outcome outcome =
      io::run_program({tools_.cmake, "-S", tools_.project(), "-B", scratch_, "-G", "Unix Makefiles",
                       "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_COMPILER=" + tools_.compiler,
                       "-DNNTK_HEADER=" + request_.header.string(), "-DNNTK_SCALAR=" + request_.scalar,
                       fmt::format("-DNNTK_PROCESSOR={}", fmt::join(request_.processors, ";")),
                       "-DNNTK_SHARED_OBJECTS=" + (scratch_ / "shared").string()});
  if (!outcome.succeeded) throw Error(ExitCode::internal, explain_configuration(outcome.output));
}

/// Of an object, for each processor that it was compiled for.
std::vector<path> KernelBuild::list_inputs(const std::string& unit) const {
  std::vector<path> inputs;
  for (const auto& rule : std::filesystem::recursive_directory_iterator(scratch_ / "CMakeFiles")) {
    if (rule.path().filename() != unit + ".d") continue;
    for (const auto& file : read_prerequisites(read_text(rule.path())))
      if (!lies_in(file, scratch_)) inputs.push_back(file.lexically_normal());
  }
  std::ranges::sort(inputs);  // several processors have the same
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  return inputs;
}

}  // namespace nntk::compiler
