// SPDX-License-Identifier: BSD-3-Clause
//
// The name of a cached kernel: FNV-1a over all that it was made from. It guards against change, not malice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nntk::compiler {

class ContentHash {
 public:
  /// Adds a text, told apart from its neighbours by its length.
  void add(std::string_view text);
  /// Adds paths and contents; a file that is missing counts as an empty one.
  void add_files(const std::vector<std::filesystem::path>& files);
  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const;

 private:
  void mix(std::uint64_t value) { state_ = (state_ ^ value) * 0x100000001b3U; }

  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace nntk::compiler
