// SPDX-License-Identifier: BSD-3-Clause
//
// Checks that a network's local kernel is the product of given Jacobians, within the promised tolerance.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <vector>

#include "support/gram.hpp"
#include "support/jacobians.hpp"
#include "support/tolerance.hpp"

namespace nntk::test {

template <class Network, class T, tangent::Reduction reduction>
void check_reduction(const std::vector<double>& theta, const Data& x, const Jacobians& oracle) {
  constexpr OutputMode mode = reduction == trace ? OutputMode::sum : OutputMode::full;
  CAPTURE(static_cast<int>(mode));
  CHECK(worst_error(reduced_gram<Network, T, reduction>(theta, mode, x), oracle, oracle, mode) <=
        local_tolerance<T>());
}

/// In one or both reductions; each costs the compiler seconds.
template <class Network, class T, tangent::Reduction... reductions>
void check_local(const std::vector<double>& theta, const Data& x, const Jacobians& oracle) {
  (check_reduction<Network, T, reductions>(theta, x, oracle), ...);
}

/// Against dual numbers, on samples and parameters that single precision holds too.
template <class Network, class T, tangent::Reduction... reductions>
void check_local_against_duals(std::size_t samples = 7) {
  Data x = normal_data(samples, Network::inputs);
  x.values = rounded(x.values);
  const auto theta = rounded(normal_theta<Network>());
  check_local<Network, T, reductions...>(theta, x, dual_jacobians<Network>(theta, x));
}

}  // namespace nntk::test
