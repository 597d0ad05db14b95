// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "array_file.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "gram_stream.hpp"
#include "inputs.hpp"
#include "interruption.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "presentation.hpp"
#include "progress.hpp"
#include "run_identity.hpp"

namespace nntk::tool {

namespace {

void require_standard_error_fits(const GramOptions& options) {
  if (!options.standard_error) return;
  if (kind_of(options.kernel) != KernelKind::nntk)
    throw UsageError("--standard-error goes with --kernel nntk");
  require_distinct_outputs(false, {{"--out", options.out}, {"--standard-error", options.standard_error}});
}

std::vector<std::size_t> shape_of(OutputMode mode, std::size_t rows, std::size_t columns,
                                  std::size_t outputs) {
  if (mode == OutputMode::diagonal) return {rows, columns, outputs};
  if (mode == OutputMode::full) return {rows, columns, outputs, outputs};
  return {rows, columns};
}

/// Opened before the work, so that a destination that cannot be written is found out at once.
void write_whole(const KernelEvaluation& kernel, const GramOptions& options, const GramRequest& request,
                 std::span<const std::size_t> shape, io::RealType type) {
  ArrayFile out(options.out, type);
  std::optional<ArrayFile> error_out;
  if (options.standard_error) error_out.emplace(*options.standard_error, type);
  AlignedBuffer<double> error;
  const auto gram = kernel.evaluate("kernel", request, &error);
  out.write(shape, gram);
  if (error_out) error_out->write(shape, error);
  Interruption::check();
  if (error_out) error_out->commit();
  out.commit();
}

void write_parts(const Program& program, const KernelEvaluation& kernel, const GramOptions& options,
                 const GramRequest& request, const std::vector<std::size_t>& shape, const Console& console) {
  const Description description = program.describe();
  const auto evaluation = program.prepare(request);
  const std::size_t entries = entries_of(options.outputs, description.outputs);
  const std::string identity = identify(description, request, evaluation->granularity());
  std::vector<std::unique_ptr<GramFile>> files;
  const auto open = [&](const Path& path) {
    files.push_back(std::make_unique<GramFile>(path, real_type_of(description), shape, identity));
  };
  open(options.out);
  if (options.standard_error) open(*options.standard_error);
  const bool is_symmetric = request.x2.count == 0;
  GramStream stream(*evaluation, find_parts(*evaluation, is_symmetric, entries), is_symmetric, entries,
                    std::move(files), [&](std::span<const double> values) { kernel.require_finite(values); });
  if (stream.finished_share() > 0)
    console.say(fmt::format("goes on at {:.0f} %, where an earlier run stopped",
                            std::floor(100 * stream.finished_share())));
  set_blas_threads(1);
  stream.run(Progress(console, "kernel").callback());
  stream.commit();
}

/// Whether a matrix of so many numbers a row is cut into parts. Those of a nonlocal kernel need the responses
/// of all samples at once, which must take less room than the matrix.
bool is_cut(const GramRequest& request, std::size_t row, std::size_t outputs) {
  const bool is_nonlocal = request.kernel == KernelKind::nntk;
  return fill_parts(request.x.count * row) && (!is_nonlocal || request.nonlocal.samples * outputs < row);
}

/// Elsewhere than in files a matrix must be in one piece.
bool goes_to_files(const GramOptions& options) {
  return io::PartialFile::serves(options.out) &&
         (!options.standard_error || io::PartialFile::serves(*options.standard_error));
}

}  // namespace

void run_gram(const Program& program, const GramOptions& options, const Console& console) {
  require_standard_error_fits(options);
  const Description description = program.describe();
  const KernelEvaluation kernel(program, description, options.kernel, console,
                                options.standard_error.has_value());
  const io::Array x = read_inputs(options.x, "x", description);
  const io::Array x2 = options.x2 ? read_inputs(*options.x2, "x2", description) : io::Array{{0}, {}};
  const Interruption interruption;
  GramRequest request =
      kernel.request(options.outputs, samples_of(x), samples_of(x2), options.standard_error.has_value());
  const auto shape =
      shape_of(options.outputs, x.shape[0], options.x2 ? x2.shape[0] : x.shape[0], description.outputs);
  const std::size_t columns = shape[1], entries = entries_of(options.outputs, description.outputs);
  request.in_parts = is_cut(request, columns * entries, description.outputs);
  if (request.in_parts && goes_to_files(options))
    write_parts(program, kernel, options, request, shape, console);
  else
    write_whole(kernel, options, request, shape, real_type_of(description));
  console.say(
      fmt::format("{} kernel, {}", name_of(kernel_names, kind_of(options.kernel)), show_shape(shape)));
}

}  // namespace nntk::tool
