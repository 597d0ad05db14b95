// SPDX-License-Identifier: BSD-3-Clause
//
// The correlation of sampled gradients against the displacements themselves.
#include "nntk/kernel/correlation.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/data.hpp"
#include "support/jacobians.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;

}  // namespace

TEST_CASE("C_km is p² ⟨δ_k, δ_m⟩/(‖δ_k‖² ‖δ_m‖²), over slices of parameters and tiles of samples") {
  const std::size_t p = 2500, samples = 2 * simd::lanes<double> + 3;
  const Law<double, GaussianRadius, GaussianDirection> law({0.3}, {}, 8);
  const std::vector<double> theta(p);
  const auto matrix = Correlation<double>(law, theta, samples, 2).take();
  std::vector<std::vector<double>> weight(samples, std::vector<double>(p));
  for (std::size_t k = 0; k < samples; ++k) {
    const double norm = law.displace(k, theta, weight[k]).norm;
    for (double& w : weight[k]) w *= static_cast<double>(p) / (norm * norm);
  }
  double worst = 0;
  for (std::size_t k = 0; k < samples; ++k) {
    for (std::size_t m = 0; m < samples; ++m) {
      const double error = std::abs(matrix[k * samples + m] - test::dot(weight[k], weight[m]));
      worst = std::max(worst, error / std::sqrt(matrix[k * (samples + 1)] * matrix[m * (samples + 1)]));
      REQUIRE(matrix[k * samples + m] == matrix[m * samples + k]);
    }
  }
  CHECK(worst <= test::sum_tolerance<double>(p));
}

TEST_CASE("The correlation has the same bits for any number of threads") {
  const Law<double, FixedRadius, RademacherDirection> law({0.3}, {}, 8);
  const std::vector<double> theta(1500);
  CHECK(Correlation<double>(law, theta, 40, 1).take() == Correlation<double>(law, theta, 40, 3).take());
}
