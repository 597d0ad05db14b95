// SPDX-License-Identifier: BSD-3-Clause
//
// What the interaction laws promise of the nonlocal kernel: affine functions exact, with orthogonal and
// coordinate directions to the last digits; antithetic pairs better by an order of the radius, their errors
// known; a layer alone.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "support/nonlocal_draws.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tangent;

constexpr std::size_t p = Affine::parameter_count;
using Smooth = Network<Input<3>, Dense<5>, Tanh, Dense<1>>;

template <class Network>
Estimate draw(const Interaction<double>& law, std::size_t samples, Estimator estimator = Estimator::energy) {
  return nonlocal_gram<Network>(normal_theta<Network>(), law, samples, estimator, pair_of_inputs);
}

void check_affine(const Interaction<double>& law) {
  const auto truth = exact();
  const Estimate found = draw<Affine>(law, 4096);
  for (std::size_t entry = 0; entry < truth.size(); ++entry)
    CHECK(std::abs(found.value[entry] - truth[entry]) <=
          standard_errors * found.error[entry] + 1e-12 * truth[0]);
}

/// By which power of the radius the kernel comes to its limit.
double order_of(Choice choice) {
  const auto at = [&](double radius) {
    return draw<Smooth>(Law<double, FixedRadius, RademacherDirection>({radius}, {}, 9, choice), 512).value;
  };
  const auto limit = at(1e-4);
  return std::log10(distance(at(1e-1), limit) / distance(at(1e-2), limit));
}

}  // namespace

TEST_CASE("Every law gives an affine network's local kernel") {
  check_affine(Law<double, BallRadius, GaussianDirection>({2.0}, {}, 41));
  check_affine(Law<double, RieszRadius, RademacherDirection>({1.0, 0.01, 0.5}, {}, 42));
  check_affine(
      Law<double, FixedRadius, RankOneDirection>({0.5}, RankOneDirection(parameter_blocks<Affine>()), 43));
  check_affine(Law<double, GaussianRadius, OrthogonalDirection>({0.5}, OrthogonalDirection(p), 44));
  check_affine(Law<double, GaussianRadius, CoordinateDirection>({0.5}, {}, 45));
  check_affine(Law<double, FixedRadius, GaussianDirection>({0.5}, {}, 46, {.antithetic = true}));
}

TEST_CASE("p orthogonal or coordinate samples are exact on an affine network") {
  // Differences of numbers of order 1 over a radius of order 1, p of them.
  const auto truth = exact();
  const auto check = [&](const Interaction<double>& law) {
    const auto found = draw<Affine>(law, p);
    for (std::size_t entry = 0; entry < truth.size(); ++entry)
      CHECK(std::abs(found.value[entry] - truth[entry]) <= 1e-13 * truth[0]);
  };
  check(Law<double, BallRadius, OrthogonalDirection>({0.7}, OrthogonalDirection(p), 1));
  check(Law<double, FixedRadius, CoordinateDirection>({0.7}, {}, 1));
}

TEST_CASE("The kernel comes to the local one in the first order of the radius, antithetic in the second") {
  CHECK(order_of({}) > 0.8);
  CHECK(order_of({}) < 1.3);
  CHECK(order_of({.antithetic = true}) > 1.8);
  CHECK(order_of({.antithetic = true}) < 2.2);
}

TEST_CASE("The z-scores of antithetic pairs are standard normal over seeds") {
  // As those of independent samples (nonlocal_statistics_test.cpp), each pair being one draw.
  const auto draw_pairs = [](Estimator estimator, std::size_t samples) {
    return [=](std::uint64_t seed) {
      const Law<double, FixedRadius, RademacherDirection> law({0.7}, {}, 900 + seed, {.antithetic = true});
      return draw<Affine>(law, samples, estimator);
    };
  };
  for (const auto entry : std::to_array<std::size_t>({0, 1, 3})) {
    check_scores(draw_pairs(Estimator::energy, 1024), entry, exact()[entry]);
    check_scores(draw_pairs(Estimator::unbiased, 256), entry, exact()[entry]);
  }
}

TEST_CASE("The kernel of one block alone is that block's part of the local kernel") {
  // f = W x/√3 + 0.1 b: the weights give 2 ⟨x, x'⟩/3, the bias 2 · 0.01.
  const auto of_block = [](Range only) {
    const Law<double, FixedRadius, OrthogonalDirection> law({0.7}, OrthogonalDirection(only.count), 5,
                                                            {.only = only});
    return draw<Affine>(law, only.count).value;
  };
  const auto weights = of_block({0, 6}), bias = of_block({6, 2});
  CHECK(weights[1] == Approx(2 * (-0.3 + 0.4 - 0.15) / 3).epsilon(1e-12));
  for (const double entry : bias) CHECK(entry == Approx(0.02).epsilon(1e-12));
}
