// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cache.hpp"
#include "nntk/io/process.hpp"
#include "toolchain.hpp"

namespace nntk::compiler {

/// A kernel to compile.
struct KernelRequest {
  std::filesystem::path header;  ///< absolute
  std::string scalar;
  std::vector<std::string> processors;
};

/// A kernel compiled in an empty directory, side by side with the templates that it shares with every kernel
/// of its scalar and a processor, unless that object is there.
class KernelBuild {
 public:
  /// Nothing is compiled yet.
  KernelBuild(const Toolchain& tools, const KernelRequest& request, const std::filesystem::path& scratch);

  /// `object`: the shared templates of the request's processor, compiled before.
  void reuse_shared(const std::string& processor, const std::filesystem::path& object) const;
  /// Compiles. Throws Error where the project cannot be configured.
  void run();
  /// The shared templates, if they were compiled for the processor.
  [[nodiscard]] std::optional<Compiled> find_shared(const std::string& processor) const;
  /// Throws DataError with what the compiler says about the header, in as few lines as there are mistakes.
  [[nodiscard]] Compiled kernel() const;

 private:
  [[nodiscard]] std::string shared_name(const std::string& processor) const;
  void configure() const;
  [[nodiscard]] std::vector<std::filesystem::path> list_inputs(const std::string& unit) const;

  const Toolchain& tools_;
  const KernelRequest& request_;
  std::filesystem::path scratch_;
  io::Outcome outcome_;
};

}  // namespace nntk::compiler
