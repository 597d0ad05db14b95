// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "nntk/error.hpp"
#include "sentence.hpp"

namespace nntk::io {

namespace {

constexpr const char* standard_output = "-";

// Renaming over /dev/stdout would replace the link, and the shell would still hold the old file.
bool is_standard_output(const struct stat& file) {
  struct stat output{};
  return ::fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file.st_dev && output.st_ino == file.st_ino;
}

// The length does not depend on the destination's, which may be as long as a name can be.
std::filesystem::path make_temporary_name() {
  static std::atomic<unsigned> count{0};
  return fmt::format(".nntk-{}-{}.tmp", ::getpid(), count++);
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& destination)
    : destination_(destination),
      name_(destination == standard_output ? "standard output" : show_path(destination)) {
  struct stat file{};
  const bool exists = ::stat(destination_.c_str(), &file) == 0;
  if (destination_ == standard_output || (exists && is_standard_output(file))) {
    open_standard_output();
  } else if (!exists) {
    if (errno != ENOENT || !destination_.has_filename()) fail(errno);
    open_temporary();
  } else if (S_ISREG(file.st_mode)) {
    if (::faccessat(AT_FDCWD, destination_.c_str(), W_OK, AT_EACCESS) != 0) fail(errno);
    resolve_links();
    open_temporary();
    if (::fchmod(descriptor_, file.st_mode & 0777) != 0) fail(errno);
  } else {
    open_in_place();
  }
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::resolve_links() {
  std::error_code error;
  destination_ = std::filesystem::canonical(destination_, error);
  if (error) fail(error.value());
}

// A duplicate, so that closing it, which must be checked, leaves standard output open. What was printed
// before comes before.
void AtomicFile::open_standard_output() {
  std::fflush(stdout);
  descriptor_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (descriptor_ < 0) fail(errno);
}

void AtomicFile::open_in_place() {
  descriptor_ = ::open(destination_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor_ < 0) fail(errno);
}

void AtomicFile::open_temporary() {
  std::filesystem::path temporary;
  do {
    temporary = destination_.parent_path() / make_temporary_name();
    descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) fail(errno);
  temporary_ = std::move(temporary);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(errno);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (!temporary_.empty() && ::fsync(descriptor_) != 0) fail(errno);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail(errno);
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), destination_.c_str()) != 0) fail(errno);
  temporary_.clear();
  sync_directory();
}

// A directory that may be written to but not read cannot be opened, and some file systems cannot sync one:
// the file is in place, and no more can be had.
void AtomicFile::sync_directory() {
  const auto directory = destination_.has_parent_path() ? destination_.parent_path() : ".";
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  const int error = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  if (error != 0 && error != EINVAL) fail(error);
}

void AtomicFile::discard() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void AtomicFile::fail(int error) {
  discard();
  throw OutputError(fmt::format("cannot write {}: {}", name_, show_system_error(error)));
}

}  // namespace nntk::io
