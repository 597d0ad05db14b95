// SPDX-License-Identifier: BSD-3-Clause
//
// A Gram matrix in a .npy file that grows part by part and need never be in memory.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "nntk/io/npy.hpp"
#include "nntk/io/partial_file.hpp"
#include "nntk/kernel/part.hpp"
#include "options.hpp"

namespace nntk::tool {

class GramFile {
 public:
  /// Of shape (rows, columns, ...). Goes on with what a run of the same identity has left. Throws
  /// OutputError.
  GramFile(const Path& path, io::RealType type, std::vector<std::size_t> shape, std::string_view identity);

  /// Parts that are there.
  [[nodiscard]] std::size_t finished() const { return file_.finished(); }
  /// The values of a part, (rows, columns, ...) row-major. Throws OutputError. Cost: a system call a row.
  void write(const Part& part, std::span<const double> values);
  void mark_finished(std::size_t parts) { file_.mark_finished(parts); }
  /// Leaves what is there for another run.
  void keep() { file_.keep(); }
  /// Makes the file appear. Throws OutputError.
  void commit();

 private:
  void write_row(std::size_t first, std::span<const double> values);

  io::RealType type_;
  std::vector<std::size_t> shape_;
  std::size_t entries_;  ///< numbers of a pair
  io::PartialFile file_;
  std::vector<float> rounded_;
};

}  // namespace nntk::tool
