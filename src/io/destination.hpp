// SPDX-License-Identifier: BSD-3-Clause
//
// Where output goes, and what stands there now.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace nntk::io {

struct Destination {
  enum class Kind {
    replaced,         ///< a file, or nothing yet: a new file is renamed over it
    written_to,       ///< a pipe, a terminal, a device (and a directory, which nobody can open)
    standard_output,  ///< "-", and any name of it: renaming over /dev/stdout would replace the link
  };
  Kind kind = Kind::replaced;
  std::filesystem::path path;         ///< symbolic links of a file resolved
  std::string name;                   ///< as the user wrote it, for messages
  std::optional<mode_t> permissions;  ///< of the file that is replaced
};

/// Throws OutputError where the destination is a file that must not be written to, or cannot be looked up.
/// That its directory is missing, or that it is one, is found out when it is opened.
Destination find_destination(const std::filesystem::path& path);

/// A file beside a destination that is replaced: opened, or created with the permissions of what it will
/// replace, by open's flags. The descriptor, or -1 and errno.
int open_beside(const Destination& destination, const std::filesystem::path& file, int flags);

/// Syncs and closes a finished file, renames it over the destination, and syncs the directory. errno, or 0.
int replace(const Destination& destination, const std::filesystem::path& file, int descriptor);

/// Throws OutputError "cannot write NAME: REASON".
[[noreturn]] void fail_to_write(const std::string& name, int error);

}  // namespace nntk::io
