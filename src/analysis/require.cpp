// SPDX-License-Identifier: BSD-3-Clause
#include "require.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nntk/error.hpp>
#include <nntk/linalg.hpp>

namespace nntk {
namespace {

void require_distribution(const Matrix& probabilities, std::size_t row) {
  double sum = 0;
  for (std::size_t k = 0; k < probabilities.shape(1); ++k) {
    if (probabilities(row, k) < 0)
      throw DataError(fmt::format("expected class probabilities of 0 or more, found {} at [{}, {}]",
                                  probabilities(row, k), row, k));
    sum += probabilities(row, k);
  }
  if (std::abs(sum - 1) > 1e-6)
    throw DataError(
        fmt::format("expected class probabilities that sum to 1 in every row, found {} in row {}", sum, row));
}

}  // namespace

void require_matrix(const Matrix& values, std::size_t rows, std::size_t columns, std::string_view name) {
  if (values.shape(0) != rows || values.shape(1) != columns)
    throw DataError(fmt::format("expected {} of {} by {}, found {} by {}", name, rows, columns,
                                values.shape(0), values.shape(1)));
  require_finite(values, name);
}

void require_time(double time) {
  if (!(time >= 0)) throw UsageError(fmt::format("expected a time of 0 or more, found {}", time));
}

void require_ridge(double ridge) {
  if (!std::isfinite(ridge) || ridge < 0)
    throw UsageError(fmt::format("expected a ridge of 0 or more, found {}", ridge));
}

void require_distributions(const Matrix& probabilities) {
  require_finite(probabilities, "class probabilities");
  for (std::size_t row = 0; row < probabilities.shape(0); ++row) require_distribution(probabilities, row);
}

}  // namespace nntk
