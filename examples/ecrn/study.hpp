// SPDX-License-Identifier: BSD-3-Clause
//
// All runs of an architecture on a problem, as means over the seeds and their standard errors.
//
//   runs of the seeds ──those that stayed finite──▶ a line of the table, a file of paths by step
#pragma once

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "training.hpp"

namespace ecrn {

struct Mean {
  double value = 0, error = 0;  ///< and the standard error
};

/// NaN of no numbers; the error too of one.
Mean mean_of(const std::vector<double>& numbers);

inline constexpr std::string_view study_heading =
    "                 test error         drift             lg kappa at 0      lg kappa at end    lambda_max "
    "ratio   losses rose, %     peak loss failed";

class Study {
 public:
  explicit Study(const std::vector<Run>& runs);

  /// Under study_heading.
  [[nodiscard]] std::string describe(std::string_view architecture) const;

  /// A row a snapshot: step, then mean and standard error of the test error, the drift and lg λ of each rank.
  /// OutputError when the file cannot be written.
  void write_paths(const std::filesystem::path& path) const;

 private:
  [[nodiscard]] Mean mean(const std::function<double(const Run&)>& quantity) const;

  std::vector<Run> finite_;
  std::size_t failed_;
};

}  // namespace ecrn
