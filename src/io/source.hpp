// SPDX-License-Identifier: BSD-3-Clause
//
// A file to read from, of known size: a regular file stays on disk, and anything else (a pipe, a terminal, a
// device) is first read to its end into memory.
#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "sentence.hpp"

namespace nntk::io {

class Source {
 public:
  /// Throws DataError if the path is missing, unreadable or a directory, or a stream longer than 1 GiB.
  explicit Source(const std::filesystem::path& path);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source();

  /// The path as messages show it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Fills `bytes` from `offset` on. Throws DataError if the file cannot be read or has fewer bytes.
  void read_at(std::size_t offset, std::span<std::byte> bytes) const;

  /// Up to `count` bytes from `offset` on, fewer only where the file ends.
  [[nodiscard]] std::string text_at(std::size_t offset, std::size_t count) const;

 private:
  void open(const std::filesystem::path& path);
  void hold_stream();

  std::string name_;
  int descriptor_ = -1;  ///< closed once the file is held
  std::size_t size_ = 0;
  std::string held_;
};

/// `count` zeros, or DataError where a file asks for more memory than there is.
template <class Container>
Container allocate(const Source& source, std::size_t count) {
  try {
    return Container(count, typename Container::value_type{});
  } catch (const std::exception&) {
    refuse(source.name(), "{} values do not fit into memory", count);
  }
}

}  // namespace nntk::io
