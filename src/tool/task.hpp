// SPDX-License-Identifier: BSD-3-Clause
//
// Whether targets are labels or values, and what a prediction of either looks like.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console.hpp"
#include "nntk/io/table.hpp"
#include "nntk/tensor.hpp"
#include "options.hpp"

namespace nntk::tool {

/// Codes (n, classes) as the classes one-hot.
[[nodiscard]] Matrix probabilities_of(const Matrix& codes);

/// Classification when the targets are one whole number a sample and at most max(20, √n) of them distinct.
[[nodiscard]] Task guess_task(const io::Array& targets);

/// A task with the targets that define it: encodes them for the fit, reads the scores of a prediction.
class Problem {
 public:
  /// Throws UsageError for a classification of several targets a sample, DataError for fewer than two
  /// classes.
  Problem(io::Array targets, std::optional<Task> task);

  [[nodiscard]] Task task() const { return task_; }
  /// Classes, or targets a sample.
  [[nodiscard]] std::size_t outputs() const;
  [[nodiscard]] const io::Array& targets() const { return targets_; }
  /// (n, outputs) for the fit.
  [[nodiscard]] Matrix codes() const { return encode(targets_); }
  /// The same of other targets (m, outputs); nothing where one of them is a label that the fit has not seen.
  [[nodiscard]] std::optional<Matrix> codes(const io::Array& truth) const;
  /// Throws UsageError for the cross-entropy of a regression.
  void require_loss(Loss loss) const;
  /// (n, outputs) what outputs are compared with: codes, or of the cross-entropy the classes one-hot. As
  /// require_loss.
  [[nodiscard]] Matrix targets_of(Loss loss) const { return targets_of(loss, targets_); }
  /// The same of other targets (m,) or (m, k). DataError for a label that is none of the classes.
  [[nodiscard]] Matrix targets_of(Loss loss, const io::Array& truth) const;
  /// (m, outputs) scores as labels (m,) or values (m,) or (m, k).
  [[nodiscard]] io::Array decode(const Matrix& scores) const;
  /// Accuracy or R² of decoded predictions. Both of one shape, or DataError.
  [[nodiscard]] double score(const io::Array& predictions, const io::Array& truth) const;

 private:
  [[nodiscard]] Matrix encode(const io::Array& truth) const;

  io::Array targets_;
  Task task_;
  Vector classes_;
};

/// The problem that targets pose; where its task is guessed, the console says so.
[[nodiscard]] Problem pose_problem(io::Array targets, std::optional<Task> task, const Console& console);

/// Throws DataError, which names the file of the targets, unless the network has an output for each class or
/// target.
void require_targets_fit(const Path& path, const Problem& problem, const Description& description);

/// What a problem counts: "classes" or "outputs".
[[nodiscard]] std::string_view outputs_name(Task task);

/// A line of a table: {"accuracy", "97.50 %"} or {"R^2", "0.93"}.
[[nodiscard]] std::vector<std::string> score_row(Task task, double score);

}  // namespace nntk::tool
