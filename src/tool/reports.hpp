// SPDX-License-Identifier: BSD-3-Clause
//
// What the commands found out, before it becomes a table (beside each command) or JSON (json.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contest.hpp"
#include "nntk/analysis/spectrum.hpp"
#include "nntk/tool/program.hpp"
#include "options.hpp"
#include "records.hpp"
#include "training.hpp"

namespace nntk::tool {

struct InfoReport {
  Description description;
  std::vector<std::string> instruction_sets;  ///< that the binary was compiled for
  std::vector<std::string>
      dead_blocks;  ///< parameters with no derivative, of which the local NTK sees nothing
  std::string blas;
};

/// How many eigenvalues and eigenvectors a table or JSON lists.
inline constexpr std::size_t leading_count = 10;

[[nodiscard]] inline std::span<const double> leading(std::span<const double> values) {
  return values.first(std::min(leading_count, values.size()));
}

/// What is to be expected of this many training examples.
struct LearningEntry {
  std::size_t examples = 0;
  double error = 0;           ///< mean square, summed over outputs; may be infinite
  double relative_error = 0;  ///< over the mean square of the targets
};

struct TargetReport {
  Task task = Task::regression;
  std::size_t outputs = 0;  ///< classes, or targets a sample
  double alignment = 0, centred_alignment = 0;
  std::optional<double> class_separation;  ///< of labels
  std::vector<double> energies;            ///< the targets' share along the first 1, 2, ... eigenvectors
  std::vector<LearningEntry> learning_curve;
};

struct SpectrumReport {
  std::string kernel;  ///< "ntk", ..., or the name of the file that held the matrix
  std::size_t n = 0;
  double trace = 0, largest = 0, smallest = 0;
  double condition_number = 0;  ///< may be infinite
  std::size_t rank = 0;
  double effective_rank = 0, participation_ratio = 0, stable_rank = 0;
  double ridge = 0, effective_dimension = 0;
  Definiteness definiteness = Definiteness::positive_semidefinite;
  std::vector<double> eigenvalues;  ///< descending
  std::optional<TargetReport> targets;
};

struct PredictReport {
  std::string kernel;
  Task task = Task::regression;
  std::size_t training_samples = 0, test_samples = 0;
  std::size_t outputs = 0;  ///< classes, or targets a sample
  double ridge = 0;
  std::optional<double> score;  ///< accuracy or R², where the truth is known
};

struct TrainReport {
  std::string gradient;
  Task task = Task::regression;
  Loss loss = Loss::squared;
  std::size_t training_samples = 0, test_samples = 0;
  std::size_t outputs = 0;        ///< classes, or targets a sample
  std::size_t displacements = 0;  ///< of a step; 0 where the gradient needs none
  std::size_t batch_size = 0;     ///< samples of a step
  Schedule schedule;
  Losses losses;
  std::optional<Losses> test_losses;
  double score = 0;  ///< accuracy or R² on the training data, when trained
  std::optional<double> test_score;
  std::optional<std::size_t> suggested_step;  ///< where the initial kernel expects the lowest test loss
  Records records;
};

/// At one time of a gradient flow.
struct DynamicsRow {
  double time = 0, loss = 0, score = 0;  ///< on the training data
  std::optional<double> test_loss = {};  ///< where all test labels are among those trained on
  std::optional<double> test_score = {};
  std::optional<double> deviation =
      {};  ///< root mean variance of the outputs over networks, on the test inputs
};

struct DynamicsReport {
  std::string kernel;
  Task task = Task::regression;
  Loss loss = Loss::squared;
  Initial initial = Initial::mean;
  std::size_t training_samples = 0, test_samples = 0;
  std::size_t outputs = 0;                    ///< classes, or targets a sample
  double fastest_rate = 0, slowest_rate = 0;  ///< of the modes of the squared loss, 1/time
  double momentum = 0;
  double critical_learning_rate = 0;  ///< of gradient descent with that momentum on the squared loss
  std::vector<DynamicsRow> rows;
  std::optional<double> best_time;  ///< with the best score on the test data
};

struct BenchRow {
  std::string name;
  double seconds = 0;
  double ratio = 0;  ///< seconds over those of `fixed`
  double peak_fraction =
      0;  ///< multiply-adds that `fixed` spends on the same, in these seconds, over the peak
};

struct BenchReport {
  std::string kernel, output_mode;
  Description description;
  std::string compiler, blas;
  std::size_t n = 0, samples = 0;  ///< samples: M of the nonlocal kernel
  std::size_t repetitions = 0;
  double fma_peak = 0;  ///< multiply-adds a second
  Difference difference, tolerance;
  std::vector<BenchRow> rows;
  std::string note;
};

}  // namespace nntk::tool
