// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "destination.hpp"

namespace nntk::io {

namespace {

// The length does not depend on the destination's, which may be as long as a name can be.
std::filesystem::path make_temporary_name() {
  static std::atomic<unsigned> count{0};
  return fmt::format(".nntk-{}-{}.tmp", ::getpid(), count++);
}

}  // namespace

AtomicFile::AtomicFile(const std::filesystem::path& destination)
    : destination_(std::make_unique<const Destination>(find_destination(destination))) {
  if (destination_->kind == Destination::Kind::standard_output)
    open_standard_output();
  else if (destination_->kind == Destination::Kind::written_to)
    open_in_place();
  else
    open_temporary();
}

AtomicFile::~AtomicFile() { discard(); }

// A duplicate, so that closing it, which must be checked, leaves standard output open. What was printed
// before comes before.
void AtomicFile::open_standard_output() {
  std::fflush(stdout);
  descriptor_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (descriptor_ < 0) fail(errno);
}

void AtomicFile::open_in_place() {
  descriptor_ = ::open(destination_->path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor_ < 0) fail(errno);
}

void AtomicFile::open_temporary() {
  std::filesystem::path temporary;
  do {
    temporary = destination_->path.parent_path() / make_temporary_name();
    descriptor_ = open_beside(*destination_, temporary, O_WRONLY | O_EXCL);
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
  const int descriptor = std::exchange(descriptor_, -1);
  if (temporary_.empty()) {
    if (::close(descriptor) != 0) fail(errno);
  } else if (const int error = replace(*destination_, temporary_, descriptor); error != 0) {
    fail(error);
  }
  temporary_.clear();
}

void AtomicFile::discard() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void AtomicFile::fail(int error) {
  discard();
  fail_to_write(destination_->name, error);
}

}  // namespace nntk::io
