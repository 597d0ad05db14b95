// SPDX-License-Identifier: BSD-3-Clause
//
// Several implementations of one matrix, first compared and then timed, one run of each in turn, so that
// whatever the machine does meanwhile happens to all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nntk/kernel/outputs.hpp"

namespace nntk::tool {

/// One implementation of an n × n kernel.
struct Contender {
  std::string name;
  std::function<void()> evaluate;               ///< what is timed: computes into memory of its own
  std::function<std::vector<double>()> result;  ///< what it computed; none of one that does but a part
  double multiply_adds = 0;                     ///< that the compiled kernel spends on the same
  std::size_t most_runs = 101;                  ///< fewer for one that takes long
  std::vector<double> seconds = {};             ///< of each run
};

/// Of a matrix: n × n pairs of inputs, each with the entries of a mode.
struct Layout {
  std::size_t n = 0;
  OutputMode mode = OutputMode::sum;
  std::size_t outputs = 1;
};

/// How far two results lie apart, or may.
struct Difference {
  double largest = 0;        ///< |A_ij − B_ij| / √(A_ii A_jj); i and j: inputs with an output each, or summed
  std::size_t outliers = 0;  ///< inputs left out, whose pairs lie further apart
};

/// Of two matrices. As long as the largest difference exceeds the tolerance, and as often as that permits,
/// the input that has most such pairs is left out. Infinite when a number is not finite.
[[nodiscard]] Difference measure_difference(const std::vector<double>& a, const std::vector<double>& b,
                                            const Layout& layout, const Difference& tolerance = {});

/// The middle value, or the mean of the two in the middle. There is at least one.
[[nodiscard]] double median(std::vector<double> values);

/// Evaluates every contender once and returns the largest difference from the first. Throws Error (internal)
/// when it exceeds the tolerance.
Difference require_agreement(std::vector<Contender>& contenders, const Layout& layout,
                             const Difference& tolerance);

/// Runs the contenders in turn: `repetitions` rounds, or rounds for two seconds but at least 5 and at most
/// 101. `report` is told the finished fraction. Returns the number of rounds. Throws Interrupted.
std::size_t time_in_turn(std::vector<Contender>& contenders, std::optional<std::size_t> repetitions,
                         const std::function<bool(double)>& report);

}  // namespace nntk::tool
