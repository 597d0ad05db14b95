// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/nonlocal.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "architectures.hpp"

using namespace nntk;
using namespace nntk::dynamic;
using namespace nntk::dynamic::testing;

namespace {

/// δ_k = radius · e_k, k < p: the differences of f along every axis.
Displacements<double> along_axes(std::size_t parameters, double radius) {
  return {parameters, [radius](std::size_t k, std::span<double> displacement) {
            std::fill(displacement.begin(), displacement.end(), 0.0);
            displacement[k] = radius;
            return radius * radius;
          }};
}

Displacements<double> gaussian(std::size_t samples) {
  return {samples, [](std::size_t k, std::span<double> displacement) {
            double square = 0;
            const std::vector<double> values = normal(displacement.size(), 100 + static_cast<unsigned>(k));
            std::copy(values.begin(), values.end(), displacement.begin());
            for (const double value : values) square += value * value;
            return square;
          }};
}

double nonlocal_error(const Layers& layers, std::size_t columns, OutputMode mode, double radius) {
  const DynamicNetwork<double> network(layers);
  const std::vector<double> theta = normal(network.parameter_count(), 1);
  const std::vector<double> x = normal(6 * network.inputs(), 2), x2 = normal(columns * network.inputs(), 3);
  return relative_difference(nonlocal_gram(network, theta, x, x2, mode, along_axes(theta.size(), radius)),
                             network.gram(theta, x, x2, mode));
}

const Layers affine = {input(3), dense(3, 2)};

}  // namespace

// f(θ+δ) − f(θ) = ⟨∇f, δ⟩, and Σ_k ⟨∇f, e_k⟩² = ‖∇f‖²: no error but rounding.
TEST_CASE("On an affine network orthogonal displacements of any radius give the local kernel") {
  for (const OutputMode mode : {OutputMode::sum, OutputMode::mean, OutputMode::full, OutputMode::diagonal})
    for (const double radius : {0.5, 3.0}) {
      CHECK(nonlocal_error(affine, 0, mode, radius) <= 1e-13);
      CHECK(nonlocal_error(affine, 4, mode, radius) <= 1e-13);
    }
}

// The differences are off by radius/2 · f'', some 10 here.
TEST_CASE("On smooth networks it tends to the local kernel as the radius shrinks") {
  for (const std::size_t index : {3u, 4u, 8u}) {
    const auto [name, layers] = architectures()[index];
    CAPTURE(name);
    CHECK(nonlocal_error(layers, 0, OutputMode::full, 1e-6) <= 1e-5);
    CHECK(nonlocal_error(layers, 3, OutputMode::full, 1e-3) <= 1e-2);
  }
}

// For u on the sphere, Var p⟨g,u⟩² = ‖g‖⁴ (3p/(p+2) − 1) < 2‖g‖⁴: a standard error below √(2/M) of ‖g‖².
TEST_CASE("On an affine network random displacements give the local kernel within their standard error") {
  const DynamicNetwork<double> network(affine);
  const std::vector<double> theta = normal(network.parameter_count(), 1), x = normal(network.inputs(), 2);
  const std::size_t samples = 4000;
  const std::vector<double> estimate =
      nonlocal_gram(network, theta, x, {}, OutputMode::diagonal, gaussian(samples));
  const std::vector<double> local = network.gram(theta, x, {}, OutputMode::diagonal);
  CHECK(relative_difference(estimate, local) <= 4 * std::sqrt(2.0 / samples));
}

TEST_CASE("Sign has a nonlocal kernel where its local one sees the last layer only") {
  const Layers layers = {input(3), dense(3, 20), activation("Sign", 20), dense(20, 1)};
  const DynamicNetwork<double> network(layers);
  const std::vector<double> theta = normal(network.parameter_count(), 1), x = normal(network.inputs(), 2);
  const double local = network.gram(theta, x, {}, OutputMode::sum)[0];
  CHECK(local == Approx(1.2 * 1.2 + 0.3 * 0.3));
  CHECK(nonlocal_gram(network, theta, x, {}, OutputMode::sum, gaussian(500))[0] > local);
}
