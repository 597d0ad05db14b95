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
#include "presentation.hpp"
#include "table.hpp"

namespace nntk::tool {

namespace {

constexpr std::size_t leading_count = 10;

void require_one_source(const SpectrumOptions& options) {
  if (options.x.has_value() == options.gram.has_value())
    throw UsageError("expected either --x, inputs, or --gram, a kernel");
  if (const auto flag = find_kernel_flag(options.kernel); options.gram && !flag.empty())
    throw UsageError(fmt::format("{} goes with --x, found --gram", flag));
  require_distinct_outputs(options.json, options.out);
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

SpectrumReport summarise(const Spectrum& spectrum, std::string kernel) {
  const auto values = span_of(spectrum.eigenvalues);
  const auto leading = values.first(std::min(leading_count, values.size()));
  return {.kernel = std::move(kernel),
          .n = values.size(),
          .trace = spectrum.trace,
          .largest = values.front(),
          .smallest = values.back(),
          .condition_number = spectrum.condition_number,
          .rank = spectrum.rank,
          .effective_rank = spectrum.effective_rank,
          .leading = {leading.begin(), leading.end()}};
}

std::string to_text(const SpectrumReport& report) {
  Rows rows{{"kernel", report.kernel},
            {"n", std::to_string(report.n)},
            {"trace", fmt::format("{:.6g}", report.trace)},
            {"largest eigenvalue", fmt::format("{:.6g}", report.largest)},
            {"smallest eigenvalue", fmt::format("{:.6g}", report.smallest)},
            {"condition number", fmt::format("{:.6g}", report.condition_number)},
            {"numerical rank", std::to_string(report.rank)},
            {"effective rank", fmt::format("{:.6g}", report.effective_rank)}};
  for (std::size_t i = 0; i < report.leading.size(); ++i)
    rows.push_back({fmt::format("eigenvalue {}", i + 1), fmt::format("{:.6g}", report.leading[i])});
  return render_table(rows, 1);
}

}  // namespace

void run_spectrum(const Program& program, const SpectrumOptions& options, const Console& console) {
  require_one_source(options);
  const Description description = program.describe();
  std::optional<KernelEvaluation> kernel;
  if (options.x) kernel.emplace(program, description, options.kernel, console);
  const io::Array data = kernel ? read_inputs(*options.x, "x", description) : read_gram(*options.gram);
  const Interruption interruption;
  std::optional<ArrayFile> out;
  if (options.out) out.emplace(*options.out);

  const std::size_t n = data.shape[0];
  const Matrix gram = kernel
                          ? to_matrix(kernel->evaluate("kernel", OutputMode::mean, samples_of(data), {}), n)
                          : to_matrix(data.values, n);
  set_blas_threads(static_cast<std::size_t>(threads_of(options.kernel)));
  const Spectrum spectrum = analyse_spectrum(gram);
  const SpectrumReport report = summarise(spectrum, source_of(options));
  Interruption::check();
  if (out) out->write(spectrum.eigenvalues.shape(), span_of(spectrum.eigenvalues));
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  if (out) out->commit();
}

}  // namespace nntk::tool
