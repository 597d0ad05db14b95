// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/kernel/kernel_operator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "nntk/error.hpp"
#include "nntk/linalg.hpp"

namespace nntk {

namespace {

/// Samples to the side of a part: 2 MiB of values, which stay in cache between their evaluation and their
/// use; but eight groups of a wide network, so that many threads find pairs of them. It is the same for any
/// number of threads.
std::size_t part_side(std::size_t granularity) {
  constexpr std::size_t samples = 512, groups = 8;
  return std::max(samples / granularity, groups) * granularity;
}

}  // namespace

KernelOperator::KernelOperator(const Part& whole, bool is_symmetric, std::size_t granularity,
                               EvaluatePart evaluate)
    : whole_(whole),
      is_symmetric_(is_symmetric),
      granularity_(granularity),
      evaluate_(std::move(evaluate)),
      side_(part_side(granularity)),
      values_(std::min(side_, whole.rows.count) * std::min(side_, whole.columns.count)) {}

Matrix KernelOperator::multiply(const Matrix& v) {
  if (v.shape(0) != columns())
    throw DataError(fmt::format("expected a matrix of {} rows to multiply a kernel with, found {}", columns(),
                                v.shape(0)));
  const std::size_t k = v.shape(1);
  Matrix out = xt::zeros<double>({rows(), k});
  for (const Part& part : cut(whole_, is_symmetric_, side_)) {
    evaluate_(part, values_.data());
    const ConstBlock values{values_.data(), part.rows.count, part.columns.count};
    const std::size_t i = part.rows.first, j = part.columns.first;
    add_product(values, v.data() + j * k, k, out.data() + i * k);
    if (is_symmetric_ && i != j) add_transposed_product(values, v.data() + i * k, k, out.data() + j * k);
  }
  return out;
}

Vector KernelOperator::diagonal() {
  Vector out = xt::empty<double>({rows()});
  for (const Range& range : cut(rows(), granularity_)) {
    evaluate_({range, range}, values_.data());
    for (std::size_t i = 0; i < range.count; ++i) out(range.first + i) = values_[i * (range.count + 1)];
  }
  return out;
}

}  // namespace nntk
