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

void require_finite(KernelKind kind, std::span<const double> values) {
  if (std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) return;
  throw DataError(
      fmt::format("expected a finite {} kernel, found an overflow: the inputs, the parameters or the "
                  "radius are too large",
                  name_of(kernel_names, kind)));
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

AlignedBuffer<double> KernelEvaluation::evaluate(const std::string& label, OutputMode outputs, Samples x,
                                                 Samples x2, AlignedBuffer<double>* error) const {
  const std::size_t columns = x2.count == 0 ? x.count : x2.count;
  const std::size_t entries = entries_of(outputs, description_.outputs);
  AlignedBuffer<double> result = allocate(x.count, columns, entries);
  if (error != nullptr) *error = allocate(x.count, columns, entries);
  set_blas_threads(1);
  Progress progress(console_, label);
  program_.gram({.kernel = kind_,
                 .outputs = outputs,
                 .theta = theta_,
                 .nonlocal = nonlocal_,
                 .realisations = realisations_,
                 .x = x,
                 .x2 = x2,
                 .out = result,
                 .error = error != nullptr ? std::span<double>(*error) : std::span<double>(),
                 .threads = threads_,
                 .progress = progress.callback()});
  require_finite(kind_, result);
  if (error != nullptr) require_finite(kind_, *error);
  return result;
}

Matrix KernelEvaluation::outputs(Samples x) const {
  Matrix result = xt::zeros<double>({x.count, description_.outputs});
  program_.evaluate(theta_, realisations_, x, {result.data(), result.size()});
  return result;
}

}  // namespace nntk::tool
