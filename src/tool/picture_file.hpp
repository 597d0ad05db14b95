// SPDX-License-Identifier: BSD-3-Clause
//
// A picture that gnuplot draws: whether it can be drawn and written is found out before the work whose result
// it shows, and it appears whole or not at all.
#pragma once

#include "gnuplot.hpp"
#include "nntk/io/atomic_file.hpp"
#include "options.hpp"

namespace nntk::tool {

/// The ending of a name decides: .png, .svg or .pdf. Throws UsageError for any other.
[[nodiscard]] PictureFormat picture_format_of(const Path& path);

class PictureFile {
 public:
  /// Opens the destination. Throws UsageError for another ending, OutputError where it cannot be written or
  /// PATH has no gnuplot.
  explicit PictureFile(const Path& path);

  /// Runs gnuplot. Throws OutputError with its words when it fails, Interrupted. Once.
  void draw(const Plot& plot);
  /// Makes the file appear. Throws OutputError.
  void commit() { file_.commit(); }

 private:
  Path path_;
  PictureFormat format_;
  Path gnuplot_;
  io::AtomicFile file_;
};

}  // namespace nntk::tool
