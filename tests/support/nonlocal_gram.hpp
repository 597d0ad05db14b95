// SPDX-License-Identifier: BSD-3-Clause
//
// Nonlocal kernels with their standard errors in one call.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "nntk/kernel/nonlocal.hpp"
#include "support/gram.hpp"

namespace nntk::test {

/// (n, n, entries) each.
struct Estimate {
  std::vector<double> value, error;
};

template <class Network, class T = double>
Estimate nonlocal_gram(const std::vector<T>& theta, const tangent::Interaction<T>& law, std::size_t samples,
                       Estimator estimator, const Data& x, OutputMode mode = OutputMode::sum,
                       std::span<const double> weights = {}, const Realisations& realisations = {},
                       double own_temperature = 0) {
  const NonlocalKernel<Network, T> kernel(theta, law, samples, estimator, mode, true, 1, weights,
                                          realisations, own_temperature);
  const auto moments = gram_of(kernel, x);
  const std::size_t entries = kernel.entries() / 3;
  Estimate estimate;
  for (std::size_t at = 0; at < moments.size(); at += 3 * entries) {
    for (std::size_t e = at; e < at + entries; ++e) {
      estimate.value.push_back(moments[e]);
      estimate.error.push_back(
          kernel.standard_error(moments[e], moments[e + entries], moments[e + 2 * entries]));
    }
  }
  return estimate;
}

template <class Radius = tangent::FixedRadius, class Direction = tangent::RademacherDirection>
tangent::Law<double, Radius, Direction> law_of(double radius, std::uint64_t seed) {
  return {Radius{radius}, Direction{}, seed};
}

}  // namespace nntk::test
