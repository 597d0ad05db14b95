// SPDX-License-Identifier: BSD-3-Clause
//
// Records of a training: how its kernel moves while it learns, at steps of about equal ratio.
//
//   step  loss  (test loss)  distance  eigenvalues  condition number  drift  alignment  overlap  (modes)
//
// distance is ‖θ_t − θ_0‖; the eigenvalues and what follows are of kernel_path.hpp and alignment.hpp; modes
// are the residuals of mode_decay.hpp, each with its prediction.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nntk/analysis/kernel_path.hpp"
#include "nntk/analysis/mode_decay.hpp"
#include "nntk/tool/program.hpp"
#include "training.hpp"

namespace nntk::tool {

/// 0, `steps` and up to count − 2 between them, each about the same multiple of the one before; count ≥ 2.
[[nodiscard]] std::vector<std::size_t> choose_record_steps(std::size_t steps, std::size_t count);

/// The steps at which to record, and with which losses.
struct RecordPlan {
  std::vector<std::size_t> steps;
  Descent* descent = nullptr;
  Descent* test = nullptr;              ///< may be null
  std::optional<double> learning_rate;  ///< of a descent whose modes are followed; then x is all it is of
};

class Recorder {
 public:
  /// Evaluates the kernel of the request, its outputs' mean on its x at its θ, θ_0. Refers to what the
  /// request and the plan refer to. `targets` (x.count, outputs) are what the kernel is to be aligned with,
  /// and what the modes decay to. Throws Interrupted, and DataError where a kernel is not finite.
  Recorder(const Program& program, GramRequest request, Matrix targets, RecordPlan plan);

  /// What the entries of a record are.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// Adds a record to the state if one is due and it has none of this step yet. Throws as above.
  void watch(TrainingState& state);
  /// The kernel at θ_0.
  [[nodiscard]] const Matrix& first_kernel() const { return path_.first(); }

 private:
  [[nodiscard]] Matrix evaluate_kernel(std::span<const double> theta) const;
  [[nodiscard]] Matrix find_residual(std::span<const double> theta) const;
  [[nodiscard]] std::vector<double> measure(const TrainingState& state) const;
  [[nodiscard]] std::vector<std::string> name_columns() const;

  const Program& program_;
  GramRequest request_;
  Matrix targets_;
  RecordPlan plan_;
  KernelPath path_;
  std::optional<ModeDecay> decay_;
  std::vector<std::string> columns_;
};

}  // namespace nntk::tool
