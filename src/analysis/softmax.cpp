// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <nntk/analysis/softmax.hpp>

namespace nntk {
namespace {

// e^{f − max f} in place.
struct Exponentials {
  std::size_t largest;  // where max f is
  double others;        // what all but that one add up to
};

Exponentials exponentiate(std::span<double> row) {
  const auto largest = std::max_element(row.begin(), row.end());
  const double shift = *largest;
  double others = 0;
  for (auto f = row.begin(); f != row.end(); ++f) {
    *f = std::exp(*f - shift);
    if (f != largest) others += *f;
  }
  return {static_cast<std::size_t>(largest - row.begin()), others};
}

}  // namespace

void softmax(std::span<double> row) {
  const double sum = 1 + exponentiate(row).others;
  for (double& value : row) value /= sum;
}

// y − p = y (1 − p) − (1 − y) p, and only where p is the largest does 1 − p cancel.
void softmax_residual(std::span<double> row, std::span<const double> y) {
  const auto [largest, others] = exponentiate(row);
  for (std::size_t k = 0; k < row.size(); ++k) {
    const double p = row[k] / (1 + others), rest = k == largest ? others / (1 + others) : 1 - p;
    row[k] = y[k] * rest - (1 - y[k]) * p;
  }
}

// −Σ_k y_k log p_k = Σ_k y_k (max f − f_k + log Σ_j e^{f_j − max f}); no term is negative.
double measure_cross_entropy(std::span<const double> logits, std::span<const double> probabilities) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  double others = 0;
  for (auto f = logits.begin(); f != logits.end(); ++f)
    if (f != largest) others += std::exp(*f - *largest);
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k)
    if (probabilities[k] > 0) sum += probabilities[k] * ((*largest - logits[k]) + std::log1p(others));
  return sum;
}

}  // namespace nntk
