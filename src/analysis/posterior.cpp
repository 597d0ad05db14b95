// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nntk/analysis/posterior.hpp>
#include <nntk/analysis/ridge.hpp>
#include <nntk/linalg.hpp>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

void require_prior(const PriorCovariance& prior, const Matrix& targets) {
  require_symmetric(prior.examples);
  const std::size_t n = prior.examples.shape(0), m = prior.cross.shape(0);
  require_matrix(prior.cross, m, n, "covariance of new inputs and examples");
  require_matrix(prior.inputs, m, m, "covariance of new inputs");
  if (m > 0) require_symmetric(prior.inputs);
  require_matrix(targets, n, targets.shape(1), "targets");
}

// (Σ_a |w_a| √K_aa)², what a variance is a small difference of.
double variance_scale(const PriorCovariance& prior, const Matrix& weights, std::size_t input) {
  double sum = std::sqrt(std::abs(prior.inputs(input, input)));
  for (std::size_t j = 0; j < weights.shape(1); ++j)
    sum += std::abs(weights(input, j)) * std::sqrt(std::abs(prior.examples(j, j)));
  return sum * sum;
}

void clamp_variances(Matrix& covariance, const PriorCovariance& prior, const Matrix& weights) {
  for (std::size_t i = 0; i < covariance.shape(0); ++i) {
    double& variance = covariance(i, i);
    if (variance < -1e-5 * variance_scale(prior, weights, i))
      throw DataError(
          fmt::format("expected a positive semi-definite covariance of examples and new inputs, found one "
                      "that leaves new "
                      "input {} a variance of {}",
                      i, variance));
    variance = std::max(variance, 0.0);
  }
}

// K(x,x) − taken, symmetric to the last bit, from what is symmetric up to rounding.
Matrix subtract_symmetric(const Matrix& inputs, const Matrix& taken) {
  const Matrix difference = inputs - taken;
  return 0.5 * (difference + xt::transpose(difference));
}

GaussianPrediction finish(Matrix mean, const Matrix& taken, const PriorCovariance& prior,
                          const Matrix& weights) {
  GaussianPrediction prediction{std::move(mean), subtract_symmetric(prior.inputs, taken)};
  require_finite(prediction.mean, "mean");
  require_finite(prediction.covariance, "covariance");
  clamp_variances(prediction.covariance, prior, weights);
  return prediction;
}

}  // namespace

GaussianPrediction predict_ensemble(const GradientFlow& ntk, const Matrix& ntk_cross,
                                    const PriorCovariance& nngp, const Matrix& targets, double time) {
  require_prior(nngp, targets);
  const std::size_t n = ntk.examples();
  require_matrix(nngp.examples, n, n, "covariance of examples");
  require_matrix(ntk_cross, nngp.cross.shape(0), n, "kernel between new inputs and examples");
  const Matrix weights = ntk.smoother(ntk_cross, time);
  Matrix taken = 2 * multiply_transposed(weights, nngp.cross);
  taken -= multiply_transposed(multiply(weights, nngp.examples), weights);
  return finish(multiply(weights, targets), taken, nngp, weights);
}

// One factorisation serves both: y and K(X,x) are the targets of one regression.
GaussianPrediction predict_posterior(const PriorCovariance& nngp, const Matrix& targets, double ridge) {
  require_prior(nngp, targets);
  const std::size_t outputs = targets.shape(1);
  Matrix both = xt::concatenate(xt::xtuple(targets, xt::transpose(nngp.cross)), 1);
  const auto regression = RidgeRegression::fit(nngp.examples, std::move(both), ridge, Offset::none);
  const auto columns = [&](auto range) { return xt::view(regression.coefficients(), xt::all(), range); };
  const Matrix weights = xt::transpose(columns(xt::range(outputs, outputs + nngp.cross.shape(0))));
  Matrix mean = multiply(nngp.cross, columns(xt::range(std::size_t{0}, outputs)));
  return finish(std::move(mean), multiply_transposed(weights, nngp.cross), nngp, weights);
}

}  // namespace nntk
