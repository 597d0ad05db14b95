// SPDX-License-Identifier: BSD-3-Clause
#include "eigenvalues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nntk/error.hpp>

namespace nntk {

double rounding_of(const Vector& sorted) {
  const double largest = std::max(std::abs(sorted(0)), std::abs(sorted(sorted.size() - 1)));
  return static_cast<double>(sorted.size()) * std::numeric_limits<double>::epsilon() * largest;
}

Vector require_semidefinite(Vector ascending) {
  if (const double smallest = ascending(0), largest = ascending(ascending.size() - 1);
      smallest < -1e-5 * largest)
    throw DataError(fmt::format("expected a positive semi-definite kernel, found eigenvalues from {} to {}",
                                smallest, largest));
  for (double& value : ascending) value = std::max(value, 0.0);
  return ascending;
}

}  // namespace nntk
