// SPDX-License-Identifier: BSD-3-Clause
#include "destination.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "nntk/error.hpp"
#include "sentence.hpp"

namespace nntk::io {

namespace {

constexpr const char* standard_output = "-";

bool is_standard_output(const struct stat& file) {
  struct stat output{};
  return ::fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file.st_dev && output.st_ino == file.st_ino;
}

void resolve_links(Destination& destination) {
  std::error_code error;
  destination.path = std::filesystem::canonical(destination.path, error);
  if (error) fail_to_write(destination.name, error.value());
}

// A directory that may be written to but not read cannot be opened, and some file systems cannot sync one:
// the file is in place, and no more can be had.
int sync_directory_of(const std::filesystem::path& file) {
  const auto directory = file.has_parent_path() ? file.parent_path() : ".";
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return 0;
  const int error = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  return error == EINVAL ? 0 : error;
}

}  // namespace

void fail_to_write(const std::string& name, int error) {
  throw OutputError(fmt::format("cannot write {}: {}", name, show_system_error(error)));
}

Destination find_destination(const std::filesystem::path& path) {
  const bool is_dash = path == standard_output;
  Destination destination{
      .path = path, .name = is_dash ? "standard output" : show_path(path), .permissions = {}};
  struct stat file{};
  const bool exists = ::stat(path.c_str(), &file) == 0;
  if (is_dash || (exists && is_standard_output(file))) {
    destination.kind = Destination::Kind::standard_output;
  } else if (!exists) {
    if (errno != ENOENT || !path.has_filename()) fail_to_write(destination.name, errno);
  } else if (S_ISREG(file.st_mode)) {
    if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) fail_to_write(destination.name, errno);
    resolve_links(destination);
    destination.permissions = file.st_mode & 0777;
  } else {
    destination.kind = Destination::Kind::written_to;
  }
  return destination;
}

int open_beside(const Destination& destination, const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0 || !destination.permissions || ::fchmod(descriptor, *destination.permissions) == 0)
    return descriptor;
  const int error = errno;
  ::close(descriptor);
  ::unlink(file.c_str());
  errno = error;
  return -1;
}

int replace(const Destination& destination, const std::filesystem::path& file, int descriptor) {
  const bool is_synced = ::fsync(descriptor) == 0;
  const int error = is_synced ? 0 : errno;
  if (::close(descriptor) != 0 && is_synced) return errno;
  if (!is_synced) return error;
  if (::rename(file.c_str(), destination.path.c_str()) != 0) return errno;
  return sync_directory_of(destination.path);
}

}  // namespace nntk::io
