// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nntk/analysis/alignment.hpp>
#include <nntk/analysis/targets.hpp>
#include <numeric>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

void require_pair(const Matrix& gram, const Matrix& targets) {
  require_symmetric(gram);
  require_matrix(targets, gram.shape(0), targets.shape(1), "targets");
}

double largest_entry(const Matrix& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// Over the largest entry, so that no square overflows; 0 stays 0.
Matrix scaled(const Matrix& values) {
  const double largest = largest_entry(values);
  return largest > 0 ? Matrix(values / largest) : values;
}

double frobenius_norm(const Matrix& values) { return std::sqrt(xt::sum(xt::square(values))()); }

// ⟨K, YYᵀ⟩_F = Σ Y∘KY, and ‖YYᵀ‖_F = ‖YᵀY‖_F: nothing of n×n is made.
double find_cosine(const Matrix& gram, const Matrix& targets) {
  const double lengths = frobenius_norm(gram) * frobenius_norm(multiply(xt::transpose(targets), targets));
  if (lengths == 0) return std::numeric_limits<double>::quiet_NaN();
  return xt::sum(targets * multiply(gram, targets))() / lengths;
}

// HKH, or 0 where it cannot be told from that: means of n numbers, in each of three terms, err by at most
// (n + 3)ε/2 of the mean magnitude, four times that in all.
Matrix centre_kernel(Matrix gram) {
  const double rounding = 2 * static_cast<double>(gram.shape(0) + 3) *
                          std::numeric_limits<double>::epsilon() * frobenius_norm(gram);
  const Vector means = xt::mean(gram, {1});
  const double mean = xt::mean(means)();
  for (std::size_t i = 0; i < gram.shape(0); ++i)
    for (std::size_t j = 0; j < gram.shape(1); ++j) gram(i, j) += mean - means(i) - means(j);
  if (frobenius_norm(gram) <= rounding) gram.fill(0);
  return gram;
}

}  // namespace

double measure_alignment(const Matrix& gram, const Matrix& targets) {
  require_pair(gram, targets);
  return find_cosine(scaled(gram), scaled(targets));
}

double measure_centred_alignment(const Matrix& gram, const Matrix& targets) {
  require_pair(gram, targets);
  return find_cosine(scaled(centre_kernel(scaled(gram))), scaled(centre_targets(scaled(targets))));
}

TargetEnergy measure_energy(const Eigensystem& modes, const Matrix& targets) {
  const std::size_t n = modes.values.size();
  require_matrix(targets, n, targets.shape(1), "targets");
  const double largest = largest_entry(targets);
  if (largest == 0) throw DataError("expected targets that are not all 0, found no other");
  const Matrix projections = multiply(xt::transpose(modes.vectors), scaled(targets));
  TargetEnergy energy{xt::sum(xt::square(projections), {1}), xt::zeros<double>({n}), 0};
  std::reverse(energy.shares.begin(), energy.shares.end());
  const double sum = xt::sum(energy.shares)();
  energy.shares /= sum;
  std::partial_sum(energy.shares.begin(), energy.shares.end(), energy.cumulative.begin());
  energy.total = sum * largest * largest;
  if (!std::isfinite(energy.total))
    throw DataError(fmt::format("expected targets whose squares have a sum, found one of {}", largest));
  return energy;
}

}  // namespace nntk
