// SPDX-License-Identifier: BSD-3-Clause
#include "contest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double infinity = std::numeric_limits<double>::infinity();

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void time_once(Contender& contender) {
  if (contender.seconds.size() >= contender.most_runs) return;
  const auto start = Clock::now();
  contender.evaluate();
  contender.seconds.push_back(seconds_since(start));
}

/// K_ii of an input and an output.
double own_value(const std::vector<double>& matrix, const Layout& layout, std::size_t i, std::size_t output) {
  const std::size_t entry = layout.mode == OutputMode::full ? output * (layout.outputs + 1) : output;
  return matrix[i * (layout.n + 1) * entries_of(layout.mode, layout.outputs) + entry];
}

std::vector<double> evaluate_once(Contender& contender) {
  contender.evaluate();
  return contender.result();
}

/// Of each pair of inputs the largest difference, relative to their own values.
std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b,
                                const Layout& layout) {
  const auto [n, mode, outputs] = layout;
  const std::size_t entries = entries_of(mode, outputs);
  std::vector<double> pairs(n * n, 0.0);
  for (std::size_t at = 0; at < a.size(); ++at) {
    const double difference = std::abs(a[at] - b[at]);
    if (difference == 0) continue;
    const std::size_t pair = at / entries;
    const auto [left, right] = output_pair(mode, outputs, at % entries);
    const double relative =
        difference / std::sqrt(own_value(a, layout, pair / n, left) * own_value(a, layout, pair % n, right));
    pairs[pair] = std::max(pairs[pair], std::isfinite(relative) ? relative : infinity);
  }
  return pairs;
}

/// Clears the pairs of the input that has most of those above `tolerance`.
void leave_out_worst(std::vector<double>& pairs, std::size_t n, double tolerance) {
  std::vector<std::size_t> counts(n, 0);
  for (std::size_t pair = 0; pair < pairs.size(); ++pair)
    if (pairs[pair] > tolerance) ++counts[pair / n], ++counts[pair % n];
  const auto worst = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
  for (std::size_t i = 0; i < n; ++i) pairs[worst * n + i] = pairs[i * n + worst] = 0;
}

}  // namespace

Difference measure_difference(const std::vector<double>& a, const std::vector<double>& b,
                              const Layout& layout, const Difference& tolerance) {
  std::vector<double> pairs = differences(a, b, layout);
  Difference found{std::ranges::max(pairs)};
  while (found.largest > tolerance.largest && found.largest < infinity &&
         found.outliers < tolerance.outliers) {
    leave_out_worst(pairs, layout.n, tolerance.largest);
    found = {std::ranges::max(pairs), found.outliers + 1};
  }
  return found;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

Difference require_agreement(std::vector<Contender>& contenders, const Layout& layout,
                             const Difference& tolerance) {
  const auto expected = evaluate_once(contenders.front());
  Difference worst;
  for (std::size_t c = 1; c < contenders.size(); ++c) {
    if (!contenders[c].result) continue;
    const Difference found = measure_difference(expected, evaluate_once(contenders[c]), layout, tolerance);
    if (found.largest > tolerance.largest)
      throw Error(ExitCode::internal, fmt::format("{} and {} disagree: expected differences of at most "
                                                  "{:.1e} of sqrt(K_ii K_jj) but for {} inputs "
                                                  "at kinks, found {:.1e}",
                                                  contenders.front().name, contenders[c].name,
                                                  tolerance.largest, tolerance.outliers, found.largest));
    worst = {std::max(worst.largest, found.largest), std::max(worst.outliers, found.outliers)};
  }
  return worst;
}

std::size_t time_in_turn(std::vector<Contender>& contenders, std::optional<std::size_t> repetitions,
                         const std::function<bool(double)>& report) {
  constexpr std::size_t fewest = 5, most = 101;
  constexpr double enough = 2;  // seconds
  const auto start = Clock::now();
  std::size_t round = 0;
  const auto fraction = [&](double part) {
    return (static_cast<double>(round) + part) / static_cast<double>(repetitions.value_or(fewest));
  };
  const auto is_done = [&] {
    if (repetitions) return round >= *repetitions;
    return round >= most || (round >= fewest && seconds_since(start) >= enough);
  };
  for (; !is_done(); ++round)
    for (std::size_t c = 0; c < contenders.size(); ++c) {
      if (!report(fraction(static_cast<double>(c) / static_cast<double>(contenders.size()))))
        throw Interrupted();
      time_once(contenders[c]);
    }
  return round;
}

}  // namespace nntk::tool
