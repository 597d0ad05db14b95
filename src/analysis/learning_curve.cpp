// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <nntk/analysis/alignment.hpp>
#include <nntk/analysis/learning_curve.hpp>

#include "eigenvalues.hpp"
#include "require.hpp"

namespace nntk {
namespace {

// The root of a falling function of a positive number, between two that enclose it, to 2⁻⁵⁰ of its logarithm:
// the two may be many decades apart.
template <class Function>
double find_root(Function function, double lower, double upper) {
  const auto of_logarithm = [&](double t) { return function(std::exp(t)); };
  std::uintmax_t evaluations = 200;
  const auto [left, right] =
      boost::math::tools::toms748_solve(of_logarithm, std::log(lower), std::log(upper),
                                        boost::math::tools::eps_tolerance<double>(50), evaluations);
  return std::exp((left + right) / 2);
}

}  // namespace

LearningCurve::LearningCurve(const Eigensystem& pool, const Matrix& targets, double ridge)
    : pool_(pool.values.size()) {
  require_ridge(ridge);
  const TargetEnergy energy = measure_energy(pool, targets);
  const Vector values = require_semidefinite(pool.values);
  const auto first = std::upper_bound(values.begin(), values.end(), rounding_of(values));
  const auto rank = static_cast<std::size_t>(values.end() - first);
  const auto count = static_cast<double>(pool_);
  eigenvalues_ = xt::view(values, xt::range(pool_ - rank, pool_)) / count;
  std::reverse(eigenvalues_.begin(), eigenvalues_.end());
  shares_ = xt::view(energy.shares, xt::range(std::size_t{0}, rank));
  unseen_ = xt::sum(xt::view(energy.shares, xt::range(rank, pool_)))();
  energy_ = energy.total / count;
  ridge_ = ridge * xt::sum(values)() / count;
}

// Bounds: every η/(κ + pη) is at most η/κ, and at least that of the smallest η. Twice as wide, so that
// rounding leaves the root between them.
double LearningCurve::find_effective_ridge(double examples) const {
  const auto rank = static_cast<double>(eigenvalues_.size());
  const double upper = ridge_ + xt::sum(eigenvalues_)();
  const double lower =
      ridge_ + (rank > examples ? (rank - examples) * eigenvalues_(eigenvalues_.size() - 1) : 0);
  if (lower == 0) return 0;
  const auto excess = [&](double kappa) {
    double sum = ridge_ / kappa - 1;
    for (const double value : eigenvalues_) sum += value / (kappa + examples * value);
    return sum;
  };
  return find_root(excess, lower / 2, upper * 2);
}

LearningPoint LearningCurve::at(std::size_t examples) const {
  if (examples < 1 || examples > pool_)
    throw UsageError(
        fmt::format("expected from 1 to {} examples, as many as the pool has, found {}", pool_, examples));
  const auto p = static_cast<double>(examples);
  const double kappa = find_effective_ridge(p);
  const auto rank = static_cast<double>(eigenvalues_.size());
  double missed = unseen_, remainder = kappa > 0 ? ridge_ / kappa : 1 - rank / p;  // 1 − γ
  for (std::size_t i = 0; i < eigenvalues_.size(); ++i) {
    const double left = kappa / (kappa + p * eigenvalues_(i));
    missed += shares_(i) * left * left;
    remainder += left * (1 - left) / p;
  }
  return {examples, kappa, 1 - remainder, missed > 0 ? energy_ * (missed / remainder) : 0};
}

}  // namespace nntk
