// SPDX-License-Identifier: BSD-3-Clause
//
// A file that appears whole or not at all.
//
// Bytes go to a temporary file beside the destination; commit() makes them durable and renames the temporary
// over the destination, so a reader sees the old file or the new one, never a part of either:
//
//     AtomicFile file("K.npy");                 K.npy (old)    .nntk-71-0.tmp (empty)
//     file.write(header);                       K.npy (old)    .nntk-71-0.tmp (growing)
//     for (auto row : rows) file.write(row);
//     file.commit();                            K.npy (new)
//
// What cannot be replaced is written straight to: "-" and any name of standard output, a pipe, a terminal, a
// device. There every write is still checked, as is the closing; only the all-or-nothing is out of reach.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace nntk::io {

struct Destination;

/// One output file being written. Not movable: it stands for one descriptor and one temporary.
///
/// Every failure is an OutputError of one line, "cannot write PATH: REASON", and discards the temporary
/// first; after it, and after commit(), every further call is an OutputError too, so that half a file cannot
/// be committed by mistake.
class AtomicFile {
 public:
  /// Opens the destination, or a temporary file in the same directory. A symbolic link is followed (a
  /// dangling one is replaced), an existing file's permissions are kept, and a read-only one is not replaced.
  /// Throws OutputError where the directory is missing or not writable, and where the destination is a
  /// directory.
  explicit AtomicFile(const std::filesystem::path& destination);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Without a commit() the temporary is removed, and the destination is as it was.
  ~AtomicFile();

  /// Appends the bytes. Costs one system call and allocates nothing: hand it rows or lines, not single
  /// numbers. Throws OutputError unless every byte was taken.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Syncs and closes the temporary, renames it over the destination, and syncs the directory. Throws
  /// OutputError; the destination is then as it was, unless only the last step failed.
  void commit();

 private:
  void open_standard_output();
  void open_in_place();
  void open_temporary();
  void discard() noexcept;
  [[noreturn]] void fail(int error);

  std::unique_ptr<const Destination> destination_;
  std::filesystem::path temporary_;  ///< empty when the destination is written straight to
  int descriptor_ = -1;
};

}  // namespace nntk::io
