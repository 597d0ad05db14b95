// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <nntk/analysis/kernel_path.hpp>
#include <nntk/analysis/mode_decay.hpp>

#include "require.hpp"

namespace nntk {

ModeDecay::ModeDecay(const Eigensystem& modes, std::size_t leading, const Matrix& residual,
                     double learning_rate)
    : vectors_(leading_vectors(modes, std::min(leading, modes.values.size()))),
      factors_(xt::empty<double>({vectors_.shape(1)})),
      initial_(measure(residual)) {
  const std::size_t n = modes.values.size();
  for (std::size_t i = 0; i < factors_.size(); ++i)
    factors_(i) = std::abs(1 - learning_rate * modes.values(n - 1 - i) / static_cast<double>(n));
}

Vector ModeDecay::measure(const Matrix& residual) const {
  require_matrix(residual, vectors_.shape(0), residual.shape(1), "residual");
  return xt::sqrt(xt::sum(xt::square(multiply(xt::transpose(vectors_), residual)), {1}));
}

Vector ModeDecay::predict(std::size_t steps) const {
  return initial_ * xt::pow(factors_, static_cast<double>(steps));
}

}  // namespace nntk
