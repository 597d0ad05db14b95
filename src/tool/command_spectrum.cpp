// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <optional>

#include "array_file.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/analysis/spectrum.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "picture_file.hpp"
#include "presentation.hpp"
#include "report_plots.hpp"
#include "table.hpp"
#include "target_analysis.hpp"

namespace nntk::tool {

namespace {

void require_one_source(const SpectrumOptions& options) {
  if (options.x.has_value() == options.gram.has_value())
    throw UsageError("expected either --x, inputs, or --gram, a kernel");
  if (const auto flag = find_kernel_flag(options.kernel); options.gram && !flag.empty())
    throw UsageError(fmt::format("{} goes with --x, found --gram", flag));
  require_distinct_outputs(options.json, {{"--out", options.out}, {"--plot", options.plot}});
}

void require_targets(const SpectrumOptions& options) {
  if (options.y) return;
  if (options.task) throw UsageError("--task goes with --y, targets, which are not given");
  if (!options.learning_curve.empty())
    throw UsageError("--learning-curve goes with --y, targets, which are not given");
}

std::string source_of(const SpectrumOptions& options) {
  return options.gram ? options.gram->string() : std::string(name_of(kernel_names, kind_of(options.kernel)));
}

io::Array read_gram(const Path& path) {
  io::Array array = io::read_matrix(path, "the kernel");
  if (array.shape[0] != array.shape[1])
    throw DataError(fmt::format("{}: expected a square matrix, found {} x {}", path.string(), array.shape[0],
                                array.shape[1]));
  return array;
}

SpectrumReport summarise(const Spectrum& spectrum, const SpectrumOptions& options) {
  const auto values = span_of(spectrum.eigenvalues);
  return {.kernel = source_of(options),
          .n = values.size(),
          .trace = spectrum.trace,
          .largest = values.front(),
          .smallest = values.back(),
          .condition_number = spectrum.condition_number,
          .rank = spectrum.rank,
          .effective_rank = spectrum.effective_rank,
          .participation_ratio = spectrum.participation_ratio,
          .stable_rank = spectrum.stable_rank,
          .ridge = options.ridge,
          .effective_dimension = measure_effective_dimension(spectrum, options.ridge),
          .definiteness = spectrum.definiteness,
          .eigenvalues = {values.begin(), values.end()},
          .targets = {}};
}

std::string to_text(const SpectrumReport& report) {
  Rows rows{{"kernel", report.kernel},
            {"n", std::to_string(report.n)},
            {"trace", fmt::format("{:.6g}", report.trace)},
            {"largest eigenvalue", fmt::format("{:.6g}", report.largest)},
            {"smallest eigenvalue", fmt::format("{:.6g}", report.smallest)},
            {"definiteness", std::string(name_of(definiteness_names, report.definiteness))},
            {"condition number", fmt::format("{:.6g}", report.condition_number)},
            {"numerical rank", std::to_string(report.rank)},
            {"effective rank", fmt::format("{:.6g}", report.effective_rank)},
            {"participation ratio", fmt::format("{:.6g}", report.participation_ratio)},
            {"stable rank", fmt::format("{:.6g}", report.stable_rank)},
            {fmt::format("effective dimension, ridge {:g}", report.ridge),
             fmt::format("{:.6g}", report.effective_dimension)}};
  const auto eigenvalues = leading(report.eigenvalues);
  for (std::size_t i = 0; i < eigenvalues.size(); ++i)
    rows.push_back({fmt::format("eigenvalue {}", i + 1), fmt::format("{:.6g}", eigenvalues[i])});
  if (report.targets) append_rows(rows, *report.targets);
  return render_table(rows, 1);
}

}  // namespace

void run_spectrum(const Program& program, const SpectrumOptions& options, const Console& console) {
  require_one_source(options);
  require_targets(options);
  const Description description = program.describe();
  std::optional<KernelEvaluation> kernel;
  if (options.x) kernel.emplace(program, description, options.kernel, console);
  const io::Array data = kernel ? read_inputs(*options.x, "x", description) : read_gram(*options.gram);
  const std::size_t n = data.shape[0];
  const std::optional<Problem> problem = read_problem(options, n, console);
  const Interruption interruption;
  std::optional<ArrayFile> out;
  if (options.out) out.emplace(*options.out);
  std::optional<PictureFile> picture;
  if (options.plot) picture.emplace(*options.plot);

  const Matrix gram = kernel
                          ? to_matrix(kernel->evaluate("kernel", OutputMode::mean, samples_of(data), {}), n)
                          : to_matrix(data.values, n);
  set_blas_threads(static_cast<std::size_t>(threads_of(options.kernel)));
  const std::optional<Eigensystem> modes = problem ? std::optional(eigensystem(gram)) : std::nullopt;
  const Spectrum spectrum = modes ? analyse_spectrum(*modes) : analyse_spectrum(gram);
  SpectrumReport report = summarise(spectrum, options);
  if (problem) report.targets = analyse_targets(gram, *modes, *problem, options);
  Interruption::check();
  if (out) out->write(spectrum.eigenvalues.shape(), span_of(spectrum.eigenvalues));
  if (picture) picture->draw(to_plot(report));
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  if (out) out->commit();
  if (picture) picture->commit();
}

}  // namespace nntk::tool
