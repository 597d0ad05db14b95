// SPDX-License-Identifier: BSD-3-Clause
#include "hash.hpp"

#include "text_file.hpp"

namespace nntk::compiler {

void add_files(io::ContentHash& hash, const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files) {
    hash.add(file.string());
    hash.add(read_text(file));
  }
}

}  // namespace nntk::compiler
