// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled kernels and the objects that they share, by content. What a header includes is known only once it
// was compiled, so a look-up has two steps, as in ccache's direct mode:
//
//   <key>.inputs     the files that the request `key` was compiled from, one a line
//   <hash>.binary    the kernel or object, named by the key and by what those files contain now
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nntk::compiler {

/// A new directory that is removed with all it holds.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::filesystem::path& parent);
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();
  [[nodiscard]] const std::filesystem::path& location() const { return location_; }

 private:
  std::filesystem::path location_;
};

/// A compiled file, and every file that it was compiled and linked from.
struct Compiled {
  std::filesystem::path file;
  std::vector<std::filesystem::path> inputs;
};

class KernelCache {
 public:
  /// Makes the directory where it is missing. Throws OutputError.
  explicit KernelCache(const std::filesystem::path& directory);

  /// The binary of a request, unless one of its inputs has changed since.
  [[nodiscard]] std::optional<std::filesystem::path> find(const std::string& key) const;

  /// Takes over a compiled file that lies in a scratch directory of this cache; returns where it is now.
  std::filesystem::path store(const std::string& key, const Compiled& compiled) const;

  [[nodiscard]] ScratchDirectory make_scratch() const { return ScratchDirectory(directory_); }

 private:
  [[nodiscard]] std::filesystem::path inputs_file(const std::string& key) const;
  [[nodiscard]] std::filesystem::path binary_file(const std::string& key,
                                                  const std::vector<std::filesystem::path>& inputs) const;

  std::filesystem::path directory_;
};

/// ${XDG_CACHE_HOME:-~/.cache}/nntk
[[nodiscard]] std::filesystem::path default_cache_directory();

}  // namespace nntk::compiler
