// SPDX-License-Identifier: BSD-3-Clause
//
// A Gram matrix on its way from an evaluation to its files, part by part:
//
//   evaluation ──▶ 32 MiB of values, and their mirror image ──▶ K.npy.partial ──▶ K.npy
//                                                               SE.npy.partial    SE.npy
//
// While a part is evaluated, a thread of its own writes the one before: of 12,000 samples of [8, 64, 64, 1]
// on two cores 2.4 s, 2.8 without it (medians of 6 in turn).
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "gram_file.hpp"
#include "nntk/expr/tile.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

/// Whether so many numbers are more than one part.
[[nodiscard]] bool fill_parts(std::size_t numbers);

/// The parts of a matrix whose pairs have so many entries: each of 32 MiB at most, unless its evaluation
/// cannot be cut as small.
[[nodiscard]] std::vector<Part> find_parts(const GramEvaluation& evaluation, bool is_symmetric,
                                           std::size_t entries);

/// The files of one evaluation: values, and errors where there are two.
class GramStream {
 public:
  /// `check` throws where values of a part must be refused.
  GramStream(GramEvaluation& evaluation, std::vector<Part> parts, bool is_symmetric, std::size_t entries,
             std::vector<std::unique_ptr<GramFile>> files,
             std::function<void(std::span<const double>)> check);

  /// The share of the pairs that earlier runs have left.
  [[nodiscard]] double finished_share() const { return share_of(finished_); }
  /// The other parts. Whatever ends it leaves the finished ones for another run, but for what `check` throws
  /// and a file that cannot be written. Throws Interrupted, DataError, OutputError.
  void run(const nntk::Progress& progress);
  /// Makes the files appear.
  void commit();

 private:
  struct Buffers {
    AlignedBuffer<double> values, turned;
  };

  void run_parts(const nntk::Progress& progress);
  void evaluate(const Part& part, const nntk::Progress& progress);
  [[nodiscard]] GramValues size_for(const Part& part);
  /// Hands the part just evaluated over to be written, when the one before is.
  void start_writing(std::size_t part);
  void finish_writing();
  void write(std::size_t part);
  void keep();
  [[nodiscard]] double share_of(std::size_t parts) const;

  GramEvaluation& evaluation_;
  std::vector<Part> parts_;
  bool is_symmetric_;
  std::size_t entries_, finished_;
  std::vector<std::unique_ptr<GramFile>> files_;
  std::vector<Buffers> evaluated_, written_;  ///< of each file
  std::function<void(std::span<const double>)> check_;
  std::future<void> writing_;  ///< last, since its end waits for the writing
};

}  // namespace nntk::tool
