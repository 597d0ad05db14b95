// SPDX-License-Identifier: BSD-3-Clause
#include "hash.hpp"

#include <fmt/format.h>

#include "text_file.hpp"

namespace nntk::compiler {

void ContentHash::add(std::string_view text) {
  mix(text.size());
  for (const char c : text) mix(static_cast<unsigned char>(c));
}

void ContentHash::add_files(const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files) {
    add(file.string());
    add(read_text(file));
  }
}

std::string ContentHash::text() const { return fmt::format("{:016x}", state_); }

}  // namespace nntk::compiler
