// SPDX-License-Identifier: BSD-3-Clause
//
// A file too large for memory, filled piece by piece over as many runs as it takes.
//
//   K.npy.partial   journal (4,096 bytes)            data, in any order
//                   whose it is, pieces finished
//   K.npy           header  (4,096 bytes)            data              once all pieces are there
//
// The journal stands where the header will, so that nobody takes the part for the whole; it counts only
// pieces that are on the disk for good, so that a run which was killed, or lost its power, goes on from
// there.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace nntk::io {

struct Destination;

/// One output file being filled. Not movable. Every failure is an OutputError of one line, "cannot write
/// PATH: REASON".
class PartialFile {
 public:
  /// Bytes of the journal, and of the header that takes its place.
  static constexpr std::size_t head_size = 4096;

  /// Whether a destination can be filled so: it is a file that may be replaced, or nothing yet. Throws
  /// OutputError for a file that must not be written to.
  static bool serves(const std::filesystem::path& destination);

  /// Goes on with DESTINATION.partial if it is of this identity, a word or two of one line, and as large;
  /// otherwise starts it anew, with all of its bytes reserved. Throws OutputError where another process fills
  /// it, where there is no room, and as AtomicFile.
  PartialFile(const std::filesystem::path& destination, std::size_t data_size, std::string_view identity);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// Without commit() or keep() nothing is left but what stood at the destination.
  ~PartialFile();

  /// Pieces that are there: those of the runs before, then what mark_finished said.
  [[nodiscard]] std::size_t finished() const { return finished_; }

  /// Writes bytes of the data. Threads may write different ones at once. Allocates nothing.
  void write_at(std::size_t offset, std::span<const std::byte> bytes);

  /// Pieces up to this one are written. Once in two seconds the data go to the disk and the journal says so.
  void mark_finished(std::size_t pieces);

  /// Leaves the part for another run, if a piece of it is finished. Nothing more can be written.
  void keep();

  /// The header, padded by its maker to head_size, replaces the journal, and the file the destination.
  void commit(std::string_view header);

 private:
  using Clock = std::chrono::steady_clock;

  void open();
  [[nodiscard]] std::size_t read_journal(std::size_t size) const;
  void reserve(std::size_t size);
  void write_journal();
  void put(std::size_t offset, std::span<const std::byte> bytes);
  void discard() noexcept;
  [[noreturn]] void fail(int error);

  std::unique_ptr<const Destination> destination_;
  std::filesystem::path partial_;
  std::string identity_;
  int descriptor_ = -1;
  std::size_t finished_ = 0;
  Clock::time_point marked_ = Clock::now();
};

}  // namespace nntk::io
