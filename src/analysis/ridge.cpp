// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nntk/analysis/ridge.hpp>
#include <nntk/linalg.hpp>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

void require_examples(const Matrix& gram, const Matrix& targets) {
  if (gram.shape(0) != gram.shape(1) || gram.size() == 0)
    throw DataError(fmt::format("expected a square Gram matrix of at least one row, found {} by {}",
                                gram.shape(0), gram.shape(1)));
  if (targets.shape(0) != gram.shape(0) || targets.size() == 0)
    throw DataError(
        fmt::format("expected targets of {} rows, one for each row of the Gram matrix, found {} by {}",
                    gram.shape(0), targets.shape(0), targets.shape(1)));
  require_finite(gram, "Gram matrix");
  require_finite(targets, "targets");
}

void add_ridge(Matrix& gram, double ridge) {
  const std::size_t n = gram.shape(0);
  double mean_diagonal = 0;
  for (std::size_t i = 0; i < n; ++i) mean_diagonal += gram(i, i) / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) gram(i, i) += ridge * mean_diagonal;
}

Cholesky factor(Matrix gram, double ridge) {
  try {
    return Cholesky(std::move(gram));
  } catch (const NotPositiveDefinite& failure) {
    throw DataError(fmt::format(
        "the Gram matrix with a ridge of {} cannot be factored ({}): give it a larger ridge, such as {}",
        ridge, failure.what(), ridge > 0 ? 10 * ridge : 1e-6));
  }
}

}  // namespace

Vector find_offset(const Matrix& targets, Offset offset) {
  if (offset == Offset::mean) return xt::mean(targets, {0});
  return xt::zeros<double>({targets.shape(1)});
}

RidgeRegression::RidgeRegression(Matrix coefficients, Vector offset)
    : coefficients_(std::move(coefficients)), offset_(std::move(offset)) {}

RidgeRegression RidgeRegression::fit(Matrix gram, Matrix targets, double ridge, Offset offset) {
  require_ridge(ridge);
  require_examples(gram, targets);
  add_ridge(gram, ridge);
  Vector taken_off = find_offset(targets, offset);
  xt::noalias(targets) -= taken_off;
  Matrix coefficients = factor(std::move(gram), ridge).solve(std::move(targets));
  return {std::move(coefficients), std::move(taken_off)};
}

Matrix RidgeRegression::predict(KernelOperator& cross) const {
  Matrix predictions = cross.multiply(coefficients_);
  xt::noalias(predictions) += offset_;
  return predictions;
}

Matrix RidgeRegression::predict(const Matrix& cross) const {
  if (cross.shape(1) != coefficients_.shape(0))
    throw DataError(
        fmt::format("expected a kernel of {} columns, one for each training example, found {} by {}",
                    coefficients_.shape(0), cross.shape(0), cross.shape(1)));
  require_finite(cross, "kernel between new inputs and training examples");
  Matrix predictions = multiply(cross, coefficients_);
  xt::noalias(predictions) += offset_;
  return predictions;
}

}  // namespace nntk
