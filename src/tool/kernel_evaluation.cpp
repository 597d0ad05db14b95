// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <stdexcept>

#include "inputs.hpp"
#include "kernel_options.hpp"
#include "names.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "nonlocal_options.hpp"
#include "parameters.hpp"
#include "progress.hpp"

namespace nntk::tool {

namespace {

AlignedBuffer<double> allocate(std::size_t rows, std::size_t columns, std::size_t entries) {
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(double);
  try {
    if (rows * entries > most / columns) throw std::bad_alloc();
    return AlignedBuffer<double>(rows * columns * entries);
  } catch (const std::bad_alloc&) {
    throw DataError(fmt::format("expected memory for {} x {} pairs of {} numbers each, found too little",
                                rows, columns, entries));
  }
}

}  // namespace

KernelEvaluation::KernelEvaluation(const Program& program, const Description& description,
                                   const KernelOptions& options, const Console& console, bool with_error)
    : program_(program), description_(description), console_(console) {
  require_consistent(options, description);
  kind_ = kind_of(options);
  if (kind_ == KernelKind::nntk) nonlocal_ = nonlocal_of(options, description, with_error);
  if (options.anchors) {
    anchors_ = read_inputs(*options.anchors, "anchors", description);
    nonlocal_.anchors = samples_of(anchors_);
  }
  realisations_ = realisations_of(options, description);
  threads_ = threads_of(options);
  theta_ = find_parameters(program, description, options);
}

AlignedBuffer<double> KernelEvaluation::evaluate(const std::string& label, const GramRequest& request,
                                                 AlignedBuffer<double>* error) const {
  const std::size_t columns = request.x2.count == 0 ? request.x.count : request.x2.count;
  const std::size_t entries = entries_of(request.outputs, description_.outputs);
  AlignedBuffer<double> result = allocate(request.x.count, columns, entries);
  GramValues values{result};
  if (request.with_error) *error = allocate(request.x.count, columns, entries), values.errors = *error;
  set_blas_threads(1);
  Progress progress(console_, label);
  program_.gram(request, values, progress.callback());
  require_finite(result);
  require_finite(values.errors);
  return result;
}

GramRequest KernelEvaluation::request(OutputMode outputs, Samples x, Samples x2, bool with_error) const {
  return {.kernel = kind_,
          .outputs = outputs,
          .theta = theta_,
          .nonlocal = nonlocal_,
          .realisations = realisations_,
          .x = x,
          .x2 = x2,
          .with_error = with_error,
          .threads = threads_};
}

void KernelEvaluation::require_finite(std::span<const double> values) const {
  if (std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) return;
  throw DataError(
      fmt::format("expected a finite {} kernel, found an overflow: the inputs, the parameters or the "
                  "radius are too large",
                  name_of(kernel_names, kind_)));
}

Matrix KernelEvaluation::outputs(Samples x) const {
  Matrix result = xt::zeros<double>({x.count, description_.outputs});
  program_.evaluate(theta_, realisations_, x, {result.data(), result.size()});
  return result;
}

}  // namespace nntk::tool
