// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>

#include "commands.hpp"
#include "contenders.hpp"
#include "format.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "names.hpp"
#include "nntk/linalg.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace nntk::tool {

namespace {

std::string compiler_name() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

/// Memory that a contender frees stays in the process, for the next one to use. Fresh pages cost what the
/// machine asks for them, in a virtual one 30 to 500 ms for the features of a network of width 1,024, which
/// takes 1 s.
void keep_freed_memory() {
#ifdef M_TRIM_THRESHOLD
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

/// The contenders and the floor: the multiply-adds of `fixed` at the peak.
std::vector<BenchRow> list_rows(const std::vector<Contender>& contenders, double peak) {
  const double fixed = median(contenders.front().seconds);
  std::vector<BenchRow> rows;
  for (const auto& contender : contenders) {
    const double seconds = median(contender.seconds);
    rows.push_back({contender.name, seconds, seconds / fixed, contender.multiply_adds / peak / seconds});
  }
  const double floor = contenders.front().multiply_adds / peak;
  rows.push_back({"floor", floor, floor / fixed, 1});
  return rows;
}

std::string show_headline(const BenchReport& report) {
  const Description& network = report.description;
  std::string kernel = report.kernel;
  const std::size_t count = report.difference.outliers;
  const std::string outliers =
      count == 0 ? "" : fmt::format(" but for {} input{} at a kink", count, count == 1 ? "" : "s");
  if (report.samples > 0) kernel += fmt::format(", energy, M = {}", report.samples);
  return fmt::format(
      "{} of {} inputs, {}, {}, {} parameters, one thread each\n"
      "{}, {}, {}\n"
      "peak {} multiply-adds a second; largest difference {:.1e} of sqrt(K_ii K_jj){}; median of {}\n",
      kernel, report.n, report.output_mode == "full" ? "all pairs of outputs" : "outputs summed",
      network.scalar, show_count(network.parameter_count), network.instruction_set, report.compiler,
      report.blas, show_magnitude(report.fma_peak), report.difference.largest, outliers, report.repetitions);
}

std::string to_text(const BenchReport& report) {
  Rows rows{{"", "time", "ratio", "of peak"}};
  for (const auto& row : report.rows)
    rows.push_back({row.name, show_duration(row.seconds), fmt::format("{:.2f}", row.ratio),
                    fmt::format("{:.1f} %", 100 * row.peak_fraction)});
  const std::string note = report.note.empty() ? "" : report.note + '\n';
  return show_headline(report) + '\n' + render_table(rows, 1) + note;
}

BenchReport measure(const Work& work, const BenchOptions& options, const Console& console) {
  auto contenders = make_contenders(work);
  BenchReport report{.kernel = std::string(name_of(kernel_names, work.kernel)),
                     .output_mode = std::string(name_of(output_names, work.outputs)),
                     .description = work.description,
                     .compiler = compiler_name(),
                     .blas = blas_name(),
                     .n = work.n,
                     .samples = work.kernel == KernelKind::nntk ? work.nonlocal.samples : 0,
                     .difference = {},
                     .tolerance = tolerance_of(work),
                     .rows = {},
                     .note = explain_missing_jets(work)};
  report.difference =
      require_agreement(contenders, {work.n, work.outputs, work.description.outputs}, report.tolerance);
  const double before = work.program.fma_peak();
  Progress progress(console, "bench");
  report.repetitions = time_in_turn(contenders, options.repetitions, progress.callback());
  report.fma_peak = std::max(before, work.program.fma_peak());
  report.rows = list_rows(contenders, report.fma_peak);
  return report;
}

}  // namespace

void run_bench(const Program& program, const BenchOptions& options, const Console& console) {
  set_blas_threads(1);
  keep_freed_memory();
  const Work work =
      make_work(program, options.kernel, options.samples_count, options.samples, options.outputs);
  const Interruption interruption;
  const BenchReport report = measure(work, options, console);
  Console::print(options.json ? to_json(report) : to_text(report));
}

}  // namespace nntk::tool
