// SPDX-License-Identifier: BSD-3-Clause
//
// Files in the name of a cached kernel, which is a hash of all that it was made from.
#pragma once

#include <filesystem>
#include <vector>

#include "nntk/io/content_hash.hpp"

namespace nntk::compiler {

/// Adds paths and contents; a file that is missing counts as an empty one.
void add_files(io::ContentHash& hash, const std::vector<std::filesystem::path>& files);

}  // namespace nntk::compiler
