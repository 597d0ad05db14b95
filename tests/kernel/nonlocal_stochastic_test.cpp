// SPDX-License-Identifier: BSD-3-Clause
//
// Nonlocal kernels of networks that draw or select.
#include <catch2/catch.hpp>
#include <cmath>

#include "support/nonlocal_draws.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// Affine in its parameters for every realisation.
using Dropped = Network<Input<3>, Dropout<0.5>, Dense<2>>;
constexpr std::size_t p = Dropped::parameter_count;

Estimate dropped(Estimator estimator, std::size_t samples, const Realisations& realisations,
                 std::uint64_t seed) {
  return nonlocal_gram<Dropped>(normal_theta<Dropped>(), law_of(0.5, seed), samples, estimator,
                                pair_of_inputs, OutputMode::sum, {}, realisations);
}

/// The local kernel's [0, 1] entry over the same realisations.
double local(const Realisations& realisations) {
  const auto theta = normal_theta<Dropped>();
  return gram_of(Ntk<Dropped>(theta.data(), OutputMode::sum, realisations), pair_of_inputs)[1];
}

void check_mean(Estimator estimator, std::size_t samples, const Realisations& realisations) {
  constexpr std::size_t seeds = 200;
  const Draws draws =
      repeat([&](std::uint64_t seed) { return dropped(estimator, samples, realisations, seed); }, 1, seeds);
  CAPTURE(static_cast<int>(estimator), draws.mean);
  CHECK(std::abs(draws.mean - local(realisations)) <= standard_errors * std::sqrt(draws.variance / seeds));
}

/// f = w x + σ ξ: what moves it at one parameter and a fixed radius is known.
using Shaken = Network<Input<1>, Dense<1, Scale{1.0, 0.0}, Parameterisation::standard>, Noise<0.3>>;

Draws shaken(const Realisations& realisations, std::size_t samples) {
  const std::vector<double> theta{0.7};
  return repeat(
      [&](std::uint64_t seed) {
        Realisations drawn = realisations;
        drawn.seed = seed;
        return nonlocal_gram<Shaken>(theta, law_of(0.5, seed), samples, Estimator::energy, Data{1, {2, 3}},
                                     OutputMode::sum, {}, drawn);
      },
      1, 400);
}

}  // namespace

TEST_CASE("With common noise the nonlocal kernel is the local one of the same realisations, in the mean") {
  check_mean(Estimator::energy, 12, {4, Average::kernel, 9});
  check_mean(Estimator::energy, 12, {4, Average::network, 9});
  check_mean(Estimator::unbiased, 12, {4, Average::kernel, 9});
  check_mean(Estimator::unbiased, 12, {4, Average::network, 9});
}

// Plugin is inflated by 1 + (p − 1)/M of the samples that a realisation has, whose direction each is exact:
// E[C_kk Δ_k Δ'_k] = p K and the rest is unbiased.
TEST_CASE("Plugin has the bias of the samples of one realisation") {
  constexpr std::size_t samples = 12, count = 4, seeds = 200;
  const Realisations realisations{count, Average::kernel, 9};
  const Draws draws = repeat(
      [&](std::uint64_t seed) { return dropped(Estimator::plugin, samples, realisations, seed); }, 1, seeds);
  const double expected = local(realisations) * (1 + (p - 1) / (static_cast<double>(samples) / count));
  CHECK(std::abs(draws.mean - expected) <= standard_errors * std::sqrt(draws.variance / seeds));
}

// Orthogonal directions, as many as parameters, leave no error of an affine network's mean.
TEST_CASE("The kernel of the mean network is exact for p orthogonal directions and common noise") {
  const tangent::Law<double, tangent::FixedRadius, tangent::OrthogonalDirection> law(
      {0.5}, tangent::OrthogonalDirection(p), 3);
  const Realisations realisations{4, Average::network, 9};
  const auto found = nonlocal_gram<Dropped>(normal_theta<Dropped>(), law, p, Estimator::energy,
                                            pair_of_inputs, OutputMode::sum, {}, realisations);
  CHECK(std::abs(found.value[1] - local(realisations)) <= 1e-13 * std::sqrt(found.value[0] * found.value[3]));
}

// Δ = ±r x with common noise: K = x x' whatever σ. Independent noise adds E[(σ(ξ_k − ξ_r))²]/r² = 2 σ²/r² to
// the mean kernel, and 2 σ²/(R r²) to that of the mean network.
TEST_CASE("Common noise cancels, independent noise adds its own energy") {
  const Draws common = shaken({1, Average::kernel}, 4);
  CHECK(std::abs(common.mean - 6) <= 1e-12);
  CHECK(common.variance <= 1e-12);
  const Draws kernel = shaken({.count = 2, .independent = true}, 8);
  CHECK(std::abs(kernel.mean - (6 + 2 * 0.09 / 0.25)) <= standard_errors * std::sqrt(kernel.variance / 400));
  const Draws network = shaken({.count = 3, .average = Average::network, .independent = true}, 8);
  CHECK(std::abs(network.mean - (6 + 2 * 0.09 / 0.25 / 3)) <=
        standard_errors * std::sqrt(network.variance / 400));
}

TEST_CASE("Selections and thresholds have finite nonlocal kernels that see more than their local ones") {
  using Net =
      Network<Input<3>, Dense<8>, Residual<0.5, Sign, Dense<8>>, MaxOut<2>, TopK<2>, Heaviside, Dense<2>>;
  const Data x = normal_data(20, 3);
  const auto theta = normal_theta<Net>();
  const auto local = local_gram<Net, double>(theta, OutputMode::sum, x);
  const auto nonlocal = nonlocal_gram<Net>(theta, law_of(1.0, 2), 256, Estimator::energy, x).value;
  for (const double value : nonlocal) CHECK(std::isfinite(value));
  // The last layer alone moves the local kernel: ⟨a, a'⟩ of 4 units that are 0 or 1, and the bias.
  CHECK(local[0] == Approx(2 * (0.25 * 2 + 0.01)));
  double off = 0;
  for (std::size_t i = 0; i < nonlocal.size(); ++i) off += std::abs(nonlocal[i] - local[i]);
  CHECK(off > 1);
}
