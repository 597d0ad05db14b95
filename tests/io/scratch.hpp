// SPDX-License-Identifier: BSD-3-Clause
//
// What the tests of files share: a folder of their own, files of given bytes, and the sentence of an error.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace nntk::io::test {

/// A folder that is empty at first and gone in the end.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "nntk-io-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
    folder_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(folder_); }

  std::filesystem::path operator/(std::string_view name) const { return folder_ / name; }
  const std::filesystem::path& folder() const { return folder_; }

  std::filesystem::path write(std::string_view name, std::string_view bytes) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::ptrdiff_t count_entries() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

 private:
  std::filesystem::path folder_;
};

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the Expected error that `act` throws says; "" if nothing is thrown.
template <class Expected, class Act>
std::string sentence_of(Act act) {
  try {
    act();
  } catch (const Expected& error) {
    return error.what();
  }
  return "";
}

/// One line, not empty, and nothing in it that a terminal would obey.
inline bool is_one_line(std::string_view sentence) {
  return !sentence.empty() && std::ranges::none_of(sentence, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

/// The bytes of a string literal, those after a zero byte too.
template <std::size_t Size>
std::string bytes(const char (&literal)[Size]) {
  return {literal, Size - 1};
}

}  // namespace nntk::io::test
