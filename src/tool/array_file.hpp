// SPDX-License-Identifier: BSD-3-Clause
//
// A .npy file opened before the work and filled after it: a destination that cannot be written is found out
// at once, and several files can all be written before the first one appears.
#pragma once

#include <cstddef>
#include <span>

#include "nntk/io/atomic_file.hpp"
#include "nntk/io/npy.hpp"
#include "options.hpp"

namespace nntk::tool {

class ArrayFile {
 public:
  /// Opens the destination; "-" is standard output. Throws OutputError.
  explicit ArrayFile(const Path& path, io::RealType type = io::RealType::f8) : file_(path), type_(type) {}

  /// Row-major values of this shape, as the type of the file. Throws OutputError. Once.
  void write(std::span<const std::size_t> shape, std::span<const double> values);
  /// Makes the file appear. Throws OutputError.
  void commit() { file_.commit(); }

 private:
  io::AtomicFile file_;
  io::RealType type_;
};

/// What a kernel binary's own numbers are stored as.
[[nodiscard]] io::RealType real_type_of(const Description& description);

}  // namespace nntk::tool
