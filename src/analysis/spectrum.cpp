// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>
#include <nntk/analysis/spectrum.hpp>
#include <nntk/linalg.hpp>

namespace nntk {
namespace {

// The rounding error of an eigenvalue; `values` descend, so the largest in magnitude is at one of the ends.
double rounding_error(const Vector& values) {
  const double largest = std::max(std::abs(values(0)), std::abs(values(values.size() - 1)));
  return static_cast<double>(values.size()) * std::numeric_limits<double>::epsilon() * largest;
}

double find_effective_rank(const Vector& values) {
  double total = 0;
  for (const double value : values) total += std::abs(value);
  double entropy = 0;
  for (const double value : values)
    if (const double share = std::abs(value) / total; share > 0) entropy -= share * std::log(share);
  return total > 0 ? std::exp(entropy) : 0;
}

double find_trace(const Matrix& gram) {
  double trace = 0;
  for (std::size_t i = 0; i < gram.shape(0); ++i) trace += gram(i, i);
  return trace;
}

}  // namespace

Spectrum analyse_spectrum(const Matrix& gram) {
  Spectrum spectrum;
  Vector& values = spectrum.eigenvalues;
  values = eigenvalues(gram);
  std::reverse(values.begin(), values.end());

  const double error = rounding_error(values);
  const double smallest = values(values.size() - 1);
  spectrum.condition_number =
      smallest > error ? values(0) / smallest : std::numeric_limits<double>::infinity();
  spectrum.rank = static_cast<std::size_t>(
      std::count_if(values.begin(), values.end(), [error](double value) { return std::abs(value) > error; }));
  spectrum.effective_rank = find_effective_rank(values);
  spectrum.trace = find_trace(gram);
  return spectrum;
}

}  // namespace nntk
