// SPDX-License-Identifier: BSD-3-Clause
//
// What the nonlocal kernel is on average: exact on affine networks, the local kernel as the radius shrinks,
// with an error that falls as one over the root of the samples and that it knows itself.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "support/nonlocal_draws.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr double p = Affine::parameter_count;
using Smooth = Network<Input<3>, Dense<5>, Tanh, Dense<1>>;

Estimate draw(Estimator estimator, std::size_t samples, std::uint64_t seed) {
  return nonlocal_gram<Affine>(normal_theta<Affine>(), law_of(0.7, seed), samples, estimator, pair_of_inputs);
}

Draws repeat(Estimator estimator, std::size_t samples, std::size_t entry, std::size_t seeds) {
  return test::repeat([&](std::uint64_t seed) { return draw(estimator, samples, seed); }, entry, seeds);
}

}  // namespace

TEST_CASE("Energy is exact on affine networks within its standard error") {
  const auto truth = exact();
  const Estimate estimate = draw(Estimator::energy, 4096, 1);
  for (std::size_t entry = 0; entry < truth.size(); ++entry) {
    CHECK(std::abs(estimate.value[entry] - truth[entry]) <= standard_errors * estimate.error[entry]);
    CHECK(estimate.error[entry] < 0.1 * truth[0]);
  }
}

TEST_CASE("The z-scores of energy are standard normal over seeds") {
  for (const auto entry : std::to_array<std::size_t>({0, 1, 3})) {
    check_scores([](std::uint64_t seed) { return draw(Estimator::energy, 512, 100 + seed); }, entry,
                 exact()[entry]);
  }
}

TEST_CASE("The z-scores of unbiased are standard normal over seeds") {
  for (const auto entry : std::to_array<std::size_t>({0, 1, 3})) {
    check_scores([](std::uint64_t seed) { return draw(Estimator::unbiased, 128, 100 + seed); }, entry,
                 exact()[entry]);
  }
}

// Plugin is the mean of its own directions, E[C_kk D_k D'_k]/M = p K/M, and of the unbiased rest.
TEST_CASE("The z-scores of plugin about its inflated mean are standard normal over seeds") {
  constexpr std::size_t samples = 128;
  for (const auto entry : std::to_array<std::size_t>({0, 1, 3})) {
    check_scores([](std::uint64_t seed) { return draw(Estimator::plugin, samples, 900 + seed); }, entry,
                 exact()[entry] * (1 + (p - 1) / samples));
  }
}

TEST_CASE("The error of energy falls as one over the root of the samples") {
  // Root mean squares of 64 draws err by 9 %, so a slope over a factor of 64 by 0.03.
  const auto truth = exact();
  double slope = 0, logarithms = 0;
  for (const auto samples : std::to_array<std::size_t>({64, 256, 1024, 4096})) {
    double square = 0;
    for (std::uint64_t seed = 0; seed < 64; ++seed) {
      square += std::pow(distance(draw(Estimator::energy, samples, 500 + seed).value, truth), 2) / 64;
    }
    const double abscissa = std::log(static_cast<double>(samples) / 512);
    slope += abscissa * std::log(square) / 2, logarithms += abscissa * abscissa;
  }
  slope /= logarithms;
  CHECK(slope > -0.7);
  CHECK(slope < -0.3);
}

// Where the second degree is most of the variance, the jackknife alone is near twice too large. 800 draws
// know a variance of such products to about 10 %, which is once more that of the mean of the squared errors.
TEST_CASE("Unbiased is unbiased, and knows its variance where the second degree is most of it") {
  using Wide = Network<Input<256>, Dense<1>>;
  constexpr std::size_t seeds = 800, samples = 40;
  const auto theta = normal_theta<Wide>();
  const Data x = normal_data(2, 256);
  const auto exactly = local_gram<Wide, double>(theta, OutputMode::sum, x);
  const Draws draws = test::repeat(
      [&](std::uint64_t seed) {
        return nonlocal_gram<Wide>(theta, law_of(0.7, seed), samples, Estimator::unbiased, x);
      },
      1, seeds);
  CHECK(std::abs(draws.mean - exactly[1]) <= standard_errors * std::sqrt(draws.variance / seeds));
  CAPTURE(draws.variance, draws.own_variance);
  CHECK(draws.own_variance >= 0.8 * draws.variance);
  CHECK(draws.own_variance <= 1.25 * draws.variance);
}

TEST_CASE("Plugin is inflated by 1 + (p − 1)/M on affine networks") {
  constexpr std::size_t seeds = 400, samples = 4;
  const Draws draws = repeat(Estimator::plugin, samples, 0, seeds);
  const double expected = exact()[0] * (1 + (p - 1) / samples);
  CHECK(std::abs(draws.mean - expected) <= standard_errors * std::sqrt(draws.variance / seeds));
  CHECK(draws.mean > 2 * exact()[0]);
}

TEST_CASE(
    "The nonlocal kernel comes to the local one as the radius shrinks, in the first order of the radius") {
  const auto theta = normal_theta<Smooth>();
  const auto at = [&](double radius) {
    return nonlocal_gram<Smooth>(theta, law_of(radius, 9), 512, Estimator::energy, pair_of_inputs);
  };
  const Estimate near = at(1e-4);
  const double ratio = distance(at(1e-2).value, near.value) / distance(at(1e-3).value, near.value);
  CHECK(ratio > 5);  // (1e-2 − 1e-4)/(1e-3 − 1e-4) = 11 in the first order
  CHECK(ratio < 22);
  const auto local = local_gram<Smooth, double>(theta, OutputMode::sum, pair_of_inputs);
  for (std::size_t entry = 0; entry < local.size(); ++entry) {
    CHECK(std::abs(near.value[entry] - local[entry]) <=
          standard_errors * near.error[entry] + 1e-3 * local[0]);
  }
}

TEST_CASE("Every isotropic law gives an affine network's local kernel") {
  const auto truth = exact();
  const auto check = [&](const tangent::Interaction<double>& law) {
    const auto found =
        nonlocal_gram<Affine>(normal_theta<Affine>(), law, 4096, Estimator::energy, pair_of_inputs);
    CHECK(std::abs(found.value[1] - truth[1]) <= standard_errors * found.error[1]);
  };
  check(law_of<tangent::FixedRadius, tangent::GaussianDirection>(3.0, 31));
  check(law_of<tangent::GaussianRadius, tangent::GaussianDirection>(0.01, 32));
  check(law_of<tangent::GaussianRadius, tangent::RademacherDirection>(1.0, 33));
}
