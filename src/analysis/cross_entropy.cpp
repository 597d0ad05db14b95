// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nntk/analysis/cross_entropy.hpp>
#include <nntk/analysis/softmax.hpp>
#include <nntk/error.hpp>
#include <nntk/linalg.hpp>
#include <span>

#include "require.hpp"

namespace nntk {
namespace {

void require_logits(const Matrix& logits) {
  if (logits.shape(1) == 0) throw DataError("expected logits of at least one class, found none");
  require_finite(logits, "logits");
}

std::span<double> row_of(Matrix& matrix, std::size_t i) { return {&matrix(i, 0), matrix.shape(1)}; }
std::span<const double> row_of(const Matrix& matrix, std::size_t i) {
  return {&matrix(i, 0), matrix.shape(1)};
}

}  // namespace

Matrix softmax(Matrix logits) {
  require_logits(logits);
  for (std::size_t i = 0; i < logits.shape(0); ++i) softmax(row_of(logits, i));
  return logits;
}

Matrix softmax_residual(Matrix logits, const Matrix& probabilities) {
  require_logits(logits);
  require_matrix(probabilities, logits.shape(0), logits.shape(1), "class probabilities");
  for (std::size_t i = 0; i < logits.shape(0); ++i)
    softmax_residual(row_of(logits, i), row_of(probabilities, i));
  return logits;
}

double measure_cross_entropy(const Matrix& logits, const Matrix& probabilities) {
  require_logits(logits);
  if (logits.shape(0) == 0) throw DataError("expected logits of at least one example, found none");
  require_matrix(probabilities, logits.shape(0), logits.shape(1), "class probabilities");
  require_distributions(probabilities);
  double sum = 0;
  for (std::size_t i = 0; i < logits.shape(0); ++i)
    sum += measure_cross_entropy(row_of(logits, i), row_of(probabilities, i));
  return sum / static_cast<double>(logits.shape(0));
}

}  // namespace nntk
