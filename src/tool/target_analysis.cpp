// SPDX-License-Identifier: BSD-3-Clause
#include "target_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inputs.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/analysis/alignment.hpp"
#include "nntk/analysis/learning_curve.hpp"
#include "nntk/analysis/separation.hpp"
#include "nntk/analysis/targets.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

bool is_classification(const Problem& problem) { return problem.task() == Task::classification; }

Matrix fitted_targets(const Problem& problem) {
  return is_classification(problem) ? problem.codes() : centre_targets(problem.codes());
}

void require_sizes(const std::vector<std::size_t>& sizes, std::size_t n) {
  for (const std::size_t size : sizes)
    if (size > n)
      throw UsageError(fmt::format(
          "--learning-curve: expected at most {} examples, as many as the kernel has rows, found {}", n,
          size));
}

void require_varying(const Problem& problem, const Path& path) {
  const Matrix targets = fitted_targets(problem);
  if (std::ranges::all_of(span_of(targets), [](double value) { return value == 0; }))
    throw DataError(fmt::format("{}: expected targets that vary, found {} that are equal", path.string(),
                                targets.shape(0)));
}

std::vector<LearningEntry> predict_errors(const Eigensystem& modes, const Matrix& targets,
                                          const SpectrumOptions& options) {
  std::vector<LearningEntry> entries;
  if (options.learning_curve.empty()) return entries;
  const LearningCurve curve(modes, targets, options.ridge);
  for (const std::size_t examples : options.learning_curve) {
    const double error = curve.at(examples).error;
    entries.push_back({examples, error, error / curve.energy()});
  }
  return entries;
}

}  // namespace

std::optional<Problem> read_problem(const SpectrumOptions& options, std::size_t n, const Console& console) {
  if (!options.y) return std::nullopt;
  require_sizes(options.learning_curve, n);
  Problem problem = pose_problem(read_targets(*options.y, "y", n), options.task, console);
  require_varying(problem, *options.y);
  return problem;
}

TargetReport analyse_targets(const Matrix& gram, const Eigensystem& modes, const Problem& problem,
                             const SpectrumOptions& options) {
  const Matrix codes = problem.codes(), targets = fitted_targets(problem);
  const TargetEnergy energy = measure_energy(modes, targets);
  TargetReport report{.task = problem.task(),
                      .outputs = problem.outputs(),
                      .alignment = measure_alignment(gram, codes),
                      .centred_alignment = measure_centred_alignment(gram, codes),
                      .class_separation = {},
                      .energies = {energy.cumulative.begin(), energy.cumulative.end()},
                      .learning_curve = predict_errors(modes, targets, options)};
  if (is_classification(problem))
    report.class_separation = measure_separation(gram, to_vector(problem.targets().values)).ratio();
  return report;
}

void append_rows(Rows& rows, const TargetReport& report) {
  rows.push_back({"task", std::string(name_of(task_names, report.task))});
  rows.push_back({std::string(outputs_name(report.task)), std::to_string(report.outputs)});
  rows.push_back({"alignment", fmt::format("{:.6g}", report.alignment)});
  rows.push_back({"centred alignment", fmt::format("{:.6g}", report.centred_alignment)});
  if (report.class_separation)
    rows.push_back({"class separation", fmt::format("{:.6g}", *report.class_separation)});
  const auto energies = leading(report.energies);
  for (std::size_t i = 0; i < energies.size(); ++i)
    rows.push_back(
        {fmt::format("energy in the leading {}", i + 1), fmt::format("{:.2f} %", 100 * energies[i])});
  for (const auto& entry : report.learning_curve)
    rows.push_back({fmt::format("predicted error, {} examples", entry.examples),
                    fmt::format("{:.6g} ({:.2f} % of the energy)", entry.error, 100 * entry.relative_error)});
}

}  // namespace nntk::tool
