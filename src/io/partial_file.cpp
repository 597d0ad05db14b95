// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "destination.hpp"
#include "nntk/error.hpp"
#include "nntk/io/content_hash.hpp"

namespace nntk::io {

namespace {

constexpr std::chrono::seconds between_marks{2};

std::string render_journal(std::string_view identity, std::size_t finished) {
  std::string journal = fmt::format("nntk partial 1\nidentity: {}\nfinished: {:020}\n", identity, finished);
  ContentHash hash;
  hash.add(journal);
  return journal + hash.text() + '\n';
}

/// The number behind "finished: ", or 0.
std::size_t parse_finished(std::string_view journal) {
  constexpr std::string_view key = "\nfinished: ";
  std::size_t finished = 0;
  if (const auto at = journal.find(key); at != std::string_view::npos)
    std::from_chars(journal.data() + at + key.size(), journal.data() + journal.size(), finished);
  return finished;
}

bool is_same_file(int descriptor, const std::filesystem::path& path) {
  struct stat opened{}, named{};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

bool PartialFile::serves(const std::filesystem::path& destination) {
  return find_destination(destination).kind == Destination::Kind::replaced;
}

PartialFile::PartialFile(const std::filesystem::path& destination, std::size_t data_size,
                         std::string_view identity)
    : destination_(std::make_unique<const Destination>(find_destination(destination))),
      partial_(destination_->path.string() + ".partial"),
      identity_(identity) {
  open();
  finished_ = read_journal(head_size + data_size);
  if (finished_ == 0) reserve(head_size + data_size);
}

PartialFile::~PartialFile() { discard(); }

// Between being opened and being locked, the file may have become another run's result.
void PartialFile::open() {
  do {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = open_beside(*destination_, partial_, O_RDWR | O_NOFOLLOW);
    if (descriptor_ < 0) fail_to_write(destination_->name, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) continue;
    ::close(std::exchange(descriptor_, -1));
    throw OutputError(fmt::format("cannot write {}: another process is writing it", destination_->name));
  } while (!is_same_file(descriptor_, partial_));
}

std::size_t PartialFile::read_journal(std::size_t size) const {
  struct stat file{};
  std::array<char, head_size> bytes{};
  const bool is_as_large = ::fstat(descriptor_, &file) == 0 && static_cast<std::size_t>(file.st_size) == size;
  if (!is_as_large || ::pread(descriptor_, bytes.data(), bytes.size(), 0) <= 0) return 0;
  const std::string_view journal(bytes.data(), bytes.size());
  const std::size_t finished = parse_finished(journal);
  return journal.starts_with(render_journal(identity_, finished)) ? finished : 0;
}

// All at once, so that a full disk is found out before the work. Not every file system can.
void PartialFile::reserve(std::size_t size) {
  const auto length = static_cast<off_t>(size);
  if (::ftruncate(descriptor_, 0) != 0 || ::ftruncate(descriptor_, length) != 0) fail(errno);
  if (::fallocate(descriptor_, 0, 0, length) != 0 && errno != EOPNOTSUPP) fail(errno);
  write_journal();
}

void PartialFile::write_journal() {
  if (::fdatasync(descriptor_) != 0) fail(errno);
  const std::string journal = render_journal(identity_, finished_);
  put(0, std::as_bytes(std::span(journal)));
}

void PartialFile::put(std::size_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno != EINTR) fail(errno);
    if (written <= 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
}

void PartialFile::write_at(std::size_t offset, std::span<const std::byte> bytes) {
  put(head_size + offset, bytes);
}

void PartialFile::mark_finished(std::size_t pieces) {
  finished_ = pieces;
  if (Clock::now() - marked_ < between_marks) return;
  write_journal();
  marked_ = Clock::now();
}

void PartialFile::keep() {
  if (finished_ == 0) return discard();
  write_journal();
  ::close(std::exchange(descriptor_, -1));
}

void PartialFile::commit(std::string_view header) {
  put(0, std::as_bytes(std::span(header)));
  if (const int error = replace(*destination_, partial_, std::exchange(descriptor_, -1)); error != 0) {
    ::unlink(partial_.c_str());
    fail(error);
  }
}

void PartialFile::discard() noexcept {
  if (descriptor_ < 0) return;
  ::unlink(partial_.c_str());
  ::close(std::exchange(descriptor_, -1));
}

void PartialFile::fail(int error) {
  discard();
  fail_to_write(destination_->name, error);
}

}  // namespace nntk::io
