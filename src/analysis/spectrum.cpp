// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nntk/analysis/spectrum.hpp>
#include <nntk/error.hpp>
#include <numeric>

#include "eigenvalues.hpp"
#include "require.hpp"

namespace nntk {
namespace {

double find_effective_rank(const Vector& values) {
  double total = 0;
  for (const double value : values) total += std::abs(value);
  double entropy = 0;
  for (const double value : values)
    if (const double share = std::abs(value) / total; share > 0) entropy -= share * std::log(share);
  return total > 0 ? std::exp(entropy) : 0;
}

// Σ (|λ|/max|λ|)^k, k = 1 and 2: without max|λ| the squares of a small or large kernel leave the doubles.
struct Moments {
  double first = 0, second = 0;
};

Moments find_moments(const Vector& values) {
  const double largest = std::max(std::abs(values(0)), std::abs(values(values.size() - 1)));
  Moments moments;
  if (largest == 0) return moments;
  for (const double value : values) {
    const double share = std::abs(value) / largest;
    moments.first += share;
    moments.second += share * share;
  }
  return moments;
}

Definiteness find_definiteness(double smallest, double error) {
  if (smallest > error) return Definiteness::positive_definite;
  return smallest < -error ? Definiteness::indefinite : Definiteness::positive_semidefinite;
}

double find_trace(const Matrix& gram) {
  double trace = 0;
  for (std::size_t i = 0; i < gram.shape(0); ++i) trace += gram(i, i);
  return trace;
}

Spectrum summarise(Vector values, double trace) {
  Spectrum spectrum;
  std::reverse(values.begin(), values.end());
  const double error = rounding_of(values), smallest = values(values.size() - 1);
  const Moments moments = find_moments(values);
  spectrum.condition_number =
      smallest > error ? values(0) / smallest : std::numeric_limits<double>::infinity();
  spectrum.rank = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [error](double value) { return std::abs(value) > error; }));
  spectrum.effective_rank = find_effective_rank(values);
  spectrum.participation_ratio = moments.second > 0 ? moments.first / moments.second * moments.first : 0;
  spectrum.stable_rank = moments.second;
  spectrum.trace = trace;
  spectrum.definiteness = find_definiteness(smallest, error);
  spectrum.eigenvalues = std::move(values);
  return spectrum;
}

}  // namespace

Spectrum analyse_spectrum(const Matrix& gram) {
  Vector values = eigenvalues(gram);  // refuses what has no trace
  return summarise(std::move(values), find_trace(gram));
}

Spectrum analyse_spectrum(const Eigensystem& modes) {
  if (modes.values.size() == 0) throw DataError("expected at least one eigenvalue, found none");
  return summarise(modes.values, std::accumulate(modes.values.begin(), modes.values.end(), 0.0));
}

double measure_effective_dimension(const Spectrum& spectrum, double ridge) {
  require_ridge(ridge);
  const Vector& values = spectrum.eigenvalues;
  const double added = ridge * spectrum.trace / static_cast<double>(values.size());
  const double error = rounding_of(values);
  double sum = 0;
  for (const double value : values) {
    if (std::abs(value) <= error) continue;
    if (value + added <= 0) return std::numeric_limits<double>::quiet_NaN();
    sum += value / (value + added);
  }
  return sum;
}

}  // namespace nntk
