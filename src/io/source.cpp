// SPDX-License-Identifier: BSD-3-Clause
#include "source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace nntk::io {

namespace {

constexpr std::size_t step = std::size_t{1} << 16;
constexpr std::size_t longest_stream = std::size_t{1} << 30;

// Calls read again when a signal interrupts it; returns 0 at the end of the file.
template <class Read>
std::size_t read_checked(const std::string& name, Read read) {
  ssize_t count = read();
  while (count < 0 && errno == EINTR) count = read();
  if (count < 0) refuse(name, "cannot be read: {}", show_system_error(errno));
  return static_cast<std::size_t>(count);
}

}  // namespace

Source::Source(const std::filesystem::path& path) : name_(show_path(path)) {
  try {
    open(path);
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw;
  }
}

Source::~Source() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Source::open(const std::filesystem::path& path) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat file{};
  if (descriptor_ < 0 || ::fstat(descriptor_, &file) != 0) {
    refuse(name_, "cannot be opened: {}", show_system_error(errno));
  }
  if (S_ISDIR(file.st_mode)) refuse(name_, "is a directory, expected a file");
  size_ = static_cast<std::size_t>(file.st_size);
  // Files of /proc are regular, of size 0, and not empty.
  if (!S_ISREG(file.st_mode) || size_ == 0) hold_stream();
}

void Source::hold_stream() {
  size_ = 0;
  std::size_t count = 0;
  do {
    held_.resize(size_ + step);
    count = read_checked(name_, [&] { return ::read(descriptor_, held_.data() + size_, step); });
    size_ += count;
    if (size_ > longest_stream) refuse(name_, "is a stream of more than 1 GiB: save it to a file first");
  } while (count > 0);
  held_.resize(size_);
  ::close(std::exchange(descriptor_, -1));
}

void Source::read_at(std::size_t offset, std::span<std::byte> bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.subspan(done);
    const std::size_t count =
        descriptor_ < 0
            ? held_.copy(reinterpret_cast<char*>(rest.data()), rest.size(), std::min(offset + done, size_))
            : read_checked(
                  name_,
                  [&] {
                    return ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + done));
                  });
    if (count == 0)
      refuse(name_, "ended after {} bytes while it was read, expected {}", offset + done, size_);
    done += count;
  }
}

std::string Source::text_at(std::size_t offset, std::size_t count) const {
  const std::size_t start = std::min(offset, size_);
  auto text = allocate<std::string>(*this, std::min(count, size_ - start));
  read_at(start, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace nntk::io
