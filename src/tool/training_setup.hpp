// SPDX-License-Identifier: BSD-3-Clause
//
// What the options of train ask for, read and checked: which network learns what from which data.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "checkpoint.hpp"
#include "console.hpp"
#include "examples.hpp"
#include "recording.hpp"
#include "task.hpp"

namespace nntk::tool {

/// Throws UsageError for options that contradict each other.
void require_consistent(const TrainOptions& options);

class TrainingSetup {
 public:
  /// Reads the data and θ_0. Throws UsageError and DataError. Refers to the program and the options.
  TrainingSetup(const Program& program, const TrainOptions& options, const Console& console);

  [[nodiscard]] const Problem& problem() const { return problem_; }
  [[nodiscard]] const Examples& data() const { return data_; }
  [[nodiscard]] const std::vector<double>& theta() const { return theta_; }  ///< θ_0
  [[nodiscard]] std::size_t displacements() const;  ///< of a step; 0 for the local gradient
  [[nodiscard]] std::size_t batch_size() const;
  [[nodiscard]] Batches batches() const;
  [[nodiscard]] RunIdentity identity() const;

  /// On the training data, and on the test data or null. They refer to this.
  [[nodiscard]] std::unique_ptr<Descent> descent() const;
  [[nodiscard]] std::unique_ptr<Descent> test_descent() const;

  /// The recorder that was asked for; it refers to this and to both descents. Evaluates a kernel.
  [[nodiscard]] std::unique_ptr<Recorder> recorder(Descent& descent, Descent* test) const;

  /// Accuracy or R² of the outputs at θ for these inputs.
  [[nodiscard]] double score(std::span<const double> theta, const io::Array& x, const io::Array& truth) const;

  /// The step that the initial kernel of a recorder tells to stop at: of all examples, for the squared loss
  /// on test data, else nothing. Evaluates a kernel and an eigensystem.
  [[nodiscard]] std::optional<std::size_t> suggest_last_step(const Recorder* recorder) const;

 private:
  [[nodiscard]] std::unique_ptr<Descent> descent_on(const io::Array& x, const Matrix& y) const;
  [[nodiscard]] GramRequest kernel_request(Samples x) const;
  [[nodiscard]] Matrix outputs(std::span<const double> theta, const io::Array& x) const;
  [[nodiscard]] bool is_recorded_whole() const { return recorded_.shape[0] == data_.x.shape[0]; }
  void choose_recorded();

  const Program& program_;
  const TrainOptions& options_;
  Description description_;
  KernelOptions kernel_;
  NonlocalOptions nonlocal_;
  Realisations realisations_;
  std::vector<double> theta_;
  Examples data_;
  Problem problem_;
  Matrix y_, y_test_;
  io::Array recorded_;       ///< the inputs that kernels are recorded on
  Matrix recorded_targets_;  ///< and their codes
};

}  // namespace nntk::tool
