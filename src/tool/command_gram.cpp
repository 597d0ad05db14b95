// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <optional>

#include "array_file.hpp"
#include "commands.hpp"
#include "format.hpp"
#include "inputs.hpp"
#include "interruption.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "presentation.hpp"

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

}  // namespace

void run_gram(const Program& program, const GramOptions& options, const Console& console) {
  require_standard_error_fits(options);
  const Description description = program.describe();
  const KernelEvaluation kernel(program, description, options.kernel, console,
                                options.standard_error.has_value());
  const io::Array x = read_inputs(options.x, "x", description);
  const io::Array x2 = options.x2 ? read_inputs(*options.x2, "x2", description) : io::Array{{0}, {}};
  const Interruption interruption;
  ArrayFile out(options.out, real_type_of(description));
  std::optional<ArrayFile> error_out;
  if (options.standard_error) error_out.emplace(*options.standard_error, real_type_of(description));

  AlignedBuffer<double> error;
  const auto gram =
      kernel.evaluate("kernel", options.outputs, samples_of(x), samples_of(x2), error_out ? &error : nullptr);
  const auto shape =
      shape_of(options.outputs, x.shape[0], options.x2 ? x2.shape[0] : x.shape[0], description.outputs);
  out.write(shape, gram);
  if (error_out) error_out->write(shape, error);
  Interruption::check();
  if (error_out) error_out->commit();
  out.commit();
  console.say(
      fmt::format("{} kernel, {}", name_of(kernel_names, kind_of(options.kernel)), show_shape(shape)));
}

}  // namespace nntk::tool
