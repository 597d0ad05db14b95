// SPDX-License-Identifier: BSD-3-Clause
//
// What is learnt: a sum of waves in one dimension, and four sets of real data.
//
//   rows, shuffled ──standardised by the training rows──▶ x (n, d) ──·√(64/d), zeros──▶ (n, 64)
//
// The padding leaves ‖x‖²/width, which is all that an infinitely wide network knows of the width, as it was:
// so one architecture serves all problems. Inputs of waves are multiplied by the problem's frequency besides,
// in place of a scale of its own in FourierFeatures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "nntk/kernel/features.hpp"

namespace ecrn {

inline constexpr std::size_t input_width = 64, training_count = 120, largest_test_count = 400;

/// Rows as they were measured, examples to train on first.
struct Table {
  std::size_t width = 0;
  std::vector<double> x, y;  ///< (n, width) and (n,)
};

enum class Task { regression, two_classes, classes };

struct Problem {
  std::string name;
  Task task;
  std::size_t outputs;
  double frequency;
  bool has_one_unit;  ///< features share one deviation, as the pixels of a picture do
  std::function<Table(std::uint64_t seed)> draw;
};

struct Samples {
  std::size_t count = 0, outputs = 0;
  std::vector<double> x, y;  ///< (count, input_width) and (count, outputs)

  [[nodiscard]] nntk::Inputs inputs() const { return {x.data(), count, input_width}; }
};

struct Split {
  Samples training, test;
};

/// The five problems; `data` holds breast_cancer_x.npy and so on, `digits` digits_x.npy. DataError as
/// io::read_matrix, and of rows that leave none to test on.
std::vector<Problem> read_problems(const std::filesystem::path& data, const std::filesystem::path& digits);

/// The examples of a seed. Targets have mean square 1: of a regression they are standardised too, of two
/// classes −1 and 1, of more the codes of nntk/analysis/targets.hpp, scaled.
Split split(const Problem& problem, std::uint64_t seed);

/// The same with inputs multiplied by the problem's frequency.
Split split_for_waves(const Problem& problem, std::uint64_t seed);

/// Of outputs (count, outputs): the root of the mean square in units of the target's deviation, or the share
/// of wrong answers in per cent.
double error_of(const std::vector<double>& outputs, const Samples& samples, Task task);

}  // namespace ecrn
