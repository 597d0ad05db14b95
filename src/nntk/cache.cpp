// SPDX-License-Identifier: BSD-3-Clause
#include "cache.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cstdlib>
#include <system_error>

#include "hash.hpp"
#include "nntk/error.hpp"
#include "text_file.hpp"

namespace nntk::compiler {

using std::filesystem::path;

ScratchDirectory::ScratchDirectory(const path& parent) {
  std::string name = parent / "compiling-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    throw OutputError(fmt::format("cannot write the cache {}: {}", parent.string(),
                                  std::generic_category().message(errno)));
  location_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(location_, ignored);
}

KernelCache::KernelCache(const path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) directory_ = std::filesystem::canonical(directory, error);
  if (error)
    throw OutputError(fmt::format("cannot make the cache {}: {}", directory.string(), error.message()));
}

std::optional<path> KernelCache::find(const std::string& key) const {
  std::vector<path> inputs;
  for (const auto& line : split_lines(read_text(inputs_file(key)))) inputs.emplace_back(line);
  path binary = binary_file(key, inputs);
  if (inputs.empty() || !std::filesystem::exists(binary)) return std::nullopt;
  return binary;
}

path KernelCache::store(const std::string& key, const Compiled& compiled) const {
  std::string lines;
  for (const auto& input : compiled.inputs) lines += input.string() + '\n';
  path stored = binary_file(key, compiled.inputs);
  std::filesystem::rename(compiled.file, stored);
  write_text(inputs_file(key), lines);
  return stored;
}

path KernelCache::inputs_file(const std::string& key) const { return directory_ / (key + ".inputs"); }

path KernelCache::binary_file(const std::string& key, const std::vector<path>& inputs) const {
  io::ContentHash hash;
  hash.add(key);
  add_files(hash, inputs);
  return directory_ / (hash.text() + ".binary");
}

path default_cache_directory() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache != '\0') return path(cache) / "nntk";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return path(home) / ".cache" / "nntk";
  return std::filesystem::temp_directory_path() / "nntk";
}

}  // namespace nntk::compiler
