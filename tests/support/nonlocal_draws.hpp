// SPDX-License-Identifier: BSD-3-Clause
//
// What nonlocal kernels are on average: draws of an affine network's kernel, which every law knows exactly.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/nonlocal_gram.hpp"

namespace nntk::test {

/// Affine in its parameters, so that every isotropic law gives the local kernel at any radius.
using Affine = Network<Input<3>, Dense<2>>;

inline const Data pair_of_inputs{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6}};

inline std::vector<double> exact() {
  return local_gram<Affine, double>(normal_theta<Affine>(), OutputMode::sum, pair_of_inputs);
}

/// An entry's estimates over seeds.
struct Draws {
  double mean = 0, variance = 0, own_variance = 0;  ///< the last is the mean of the squared standard errors
};
template <class Draw>
Draws repeat(const Draw& draw, std::size_t entry, std::size_t seeds) {
  Draws draws;
  const double count = static_cast<double>(seeds);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Estimate estimate = draw(seed);
    draws.mean += estimate.value[entry] / count;
    draws.variance += estimate.value[entry] * estimate.value[entry] / count;
    draws.own_variance += estimate.error[entry] * estimate.error[entry] / count;
  }
  draws.variance -= draws.mean * draws.mean;
  return draws;
}

/// The z-scores of 300 draws of an entry are standard normal: their mean errs by 0.06 and their variance by
/// 0.08; the skewness of the sums (at most 3 for one term, over √512) moves the mean by less than 0.07 more.
template <class Draw>
void check_scores(const Draw& draw, std::size_t entry, double truth) {
  constexpr std::size_t seeds = 300;
  double mean = 0, square = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Estimate estimate = draw(seed);
    const double z = (estimate.value[entry] - truth) / estimate.error[entry];
    mean += z / seeds, square += z * z / seeds;
  }
  CAPTURE(entry, mean);
  CHECK(std::abs(mean) <= 0.25);
  CHECK(square - mean * mean >= 0.7);
  CHECK(square - mean * mean <= 1.4);
}

inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(square);
}

}  // namespace nntk::test
