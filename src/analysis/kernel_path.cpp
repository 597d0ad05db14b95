// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <nntk/analysis/kernel_path.hpp>
#include <nntk/analysis/spectrum.hpp>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

// Over the largest entry of `unit`, so that no square overflows.
double frobenius_norm(const Matrix& values, double unit) {
  return std::sqrt(xt::sum(xt::square(values / unit))());
}

}  // namespace

Matrix leading_vectors(const Eigensystem& modes, std::size_t count) {
  const std::size_t n = modes.values.size();
  Matrix vectors = xt::empty<double>({n, count});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < count; ++k) vectors(i, k) = modes.vectors(i, n - 1 - k);
  return vectors;
}

KernelPath::KernelPath(Matrix first, std::size_t leading)
    : first_(std::move(first)),
      modes_(eigensystem(first_)),
      leading_(std::min(leading, modes_.values.size())) {}

KernelPosition KernelPath::locate(const Matrix& gram) const {
  require_matrix(gram, first_.shape(0), first_.shape(1), "kernel");
  const Eigensystem modes = eigensystem(gram);
  const Spectrum spectrum = analyse_spectrum(modes);
  const Matrix cosines =
      multiply(xt::transpose(leading_vectors(modes_, leading_)), leading_vectors(modes, leading_));
  const double unit = xt::amax(xt::abs(first_))();
  return {.eigenvalues = xt::view(spectrum.eigenvalues, xt::range(std::size_t{0}, leading_)),
          .condition_number = spectrum.condition_number,
          .drift = frobenius_norm(gram - first_, unit) / frobenius_norm(first_, unit),
          .overlap = xt::sum(xt::square(cosines))() / static_cast<double>(leading_)};
}

}  // namespace nntk
