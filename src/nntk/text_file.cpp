// SPDX-License-Identifier: BSD-3-Clause
#include "text_file.hpp"

#include <fstream>
#include <sstream>

#include "nntk/io/atomic_file.hpp"

namespace nntk::compiler {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return {};
  std::string text(static_cast<std::size_t>(stream.tellg()), '\0');
  stream.seekg(0);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

void write_text(const std::filesystem::path& file, std::string_view text) {
  io::AtomicFile output(file);
  output.write(text);
  output.commit();
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace nntk::compiler
