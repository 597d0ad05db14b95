// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <nntk/analysis/residual_bounds.hpp>
#include <nntk/error.hpp>
#include <nntk/linalg.hpp>
#include <numbers>

#include "eigenvalues.hpp"

namespace nntk {
namespace {

/// Bounds of what enters a block: C, ‖m‖², tr C, and Θ.
struct Entering {
  Extremes centred, ntk;
  double mean_square, trace, count;
};

void require_block(const ResidualBlock& block) {
  if (!std::isfinite(block.alpha) || !std::isfinite(block.weight_scale) || !std::isfinite(block.bias_scale))
    throw UsageError(fmt::format("expected finite scales of a residual block, found {}, {} and {}",
                                 block.alpha, block.weight_scale, block.bias_scale));
  if (!(block.drop >= 0 && block.drop <= 1))
    throw UsageError(fmt::format("expected a drop probability in [0, 1], found {}", block.drop));
}

Entering measure(const Matrix& gram, const Vector& means) {
  require_symmetric(gram);
  const std::size_t n = gram.shape(0);
  if (means.size() != n) throw DataError(fmt::format("expected {} means, found {}", n, means.size()));
  require_finite(means, "means");
  Matrix centred = gram;
  double square = 0, trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) centred(i, j) -= means(i) * means(j);
    square += means(i) * means(i);
    trace += centred(i, i);
  }
  const Vector values = require_semidefinite(eigenvalues(centred));
  return {{values(0), values(n - 1)}, {}, square, trace, static_cast<double>(n)};
}

double squared(double value) { return value * value; }

void pass(const ResidualBlock& block, const SlopeBounds& slopes, Entering& h) {
  const double weight = squared(block.weight_scale), constant = squared(block.bias_scale) * h.count;
  const double highest = weight * (h.centred.highest + h.mean_square) + constant;
  const double trace = weight * (h.trace + h.mean_square) + constant;
  const double kept = 1 - block.drop, share = kept * squared(block.alpha);
  const double mean = std::sqrt(h.mean_square) + std::abs(block.alpha) * std::sqrt(slopes.mean * trace);
  h.ntk.highest += share * slopes.highest * (highest + weight * h.ntk.highest);
  h.ntk.lowest += share * slopes.lowest * weight * (h.centred.lowest + h.ntk.lowest);
  h.centred.lowest += share * slopes.linear * weight * h.centred.lowest;
  h.centred.highest += share * slopes.highest * highest;
  h.trace += share * slopes.highest * trace;
  h.mean_square = block.drop * h.mean_square + kept * mean * mean;
}

}  // namespace

SlopeBounds rectifier_slopes(double positive, double negative) {
  const double slope = 0.5 * (squared(positive) + squared(negative));
  return {slope, slope, 0.25 * squared(positive - negative),
          squared(positive + negative) / (2 * std::numbers::pi)};
}

ResidualBounds bound_residual_spectrum(const Matrix& entering, const Vector& means,
                                       std::span<const ResidualBlock> blocks, const SlopeBounds& slopes,
                                       double output_weight_scale, double output_bias_scale) {
  for (const ResidualBlock& block : blocks) require_block(block);
  require_block({.weight_scale = output_weight_scale, .bias_scale = output_bias_scale});
  Entering h = measure(entering, means);
  for (const ResidualBlock& block : blocks) pass(block, slopes, h);
  const double weight = squared(output_weight_scale), constant = squared(output_bias_scale) * h.count;
  const Extremes nngp{weight * h.centred.lowest, weight * (h.centred.highest + h.mean_square) + constant};
  return {nngp, {nngp.lowest + weight * h.ntk.lowest, nngp.highest + weight * h.ntk.highest}};
}

}  // namespace nntk
