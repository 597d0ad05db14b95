// SPDX-License-Identifier: BSD-3-Clause
//
// Attention: its limits, its scores against direct sums, and what the weighted estimators are on average.
#include "nntk/kernel/attention.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "nntk/expr/noise.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "support/jacobians.hpp"
#include "support/nonlocal_draws.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tangent;

using Smooth = Network<Input<3>, Dense<5>, Tanh, Dense<1>>;
template <class Score>
std::vector<double> weights_of(const Interaction<double>& law, const std::vector<double>& theta,
                               std::size_t samples, double temperature, const Score& score, int threads = 1) {
  return attend<double>(law, theta, samples, temperature, score, threads);
}

template <class Network>
Estimate attentive(const Interaction<double>& law, std::size_t samples, double temperature,
                   Estimator estimator) {
  const auto theta = normal_theta<Network>();
  const auto weights = weights_of(law, theta, samples, temperature, DistanceScore{});
  return nonlocal_gram<Network>(theta, law, samples, estimator, pair_of_inputs, OutputMode::sum, weights);
}

}  // namespace

TEST_CASE("Weights are positive, sum to 1, and their ratios are exponentials of the scores") {
  const auto weights = softmax({-1000, -1001, -999.5}, 0.5);
  CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) == Approx(1).epsilon(1e-15));
  CHECK(weights[0] / weights[1] == Approx(std::exp(2)).epsilon(1e-14));
  CHECK(weights[2] / weights[0] == Approx(std::exp(1)).epsilon(1e-14));
}

TEST_CASE("At an infinite temperature attention is uniform, for every estimator") {
  const auto theta = normal_theta<Smooth>();
  const auto law = law_of<GaussianRadius, GaussianDirection>(0.5, 3);
  for (const Estimator estimator : {Estimator::energy, Estimator::plugin, Estimator::unbiased}) {
    const auto uniform = nonlocal_gram<Smooth>(theta, law, 64, estimator, pair_of_inputs);
    const auto hot = attentive<Smooth>(law, 64, 1e15, estimator);
    for (std::size_t entry = 0; entry < 4; ++entry)
      CHECK(std::abs(hot.value[entry] - uniform.value[entry]) <= 1e-13 * uniform.value[0]);
  }
}

TEST_CASE("Weights are the same bits for any number of threads") {
  const auto theta = normal_theta<Smooth>();
  const auto law = law_of<GaussianRadius, GaussianDirection>(0.5, 4);
  const auto weights = weights_of(law, theta, 100, 0.3, DistanceScore{});
  for (const int threads : {2, 3, 7})
    CHECK(weights_of(law, theta, 100, 0.3, DistanceScore{}, threads) == weights);
}

TEST_CASE("A distance score is minus half the squared length") {
  const auto theta = normal_theta<Smooth>();
  const auto law = law_of<GaussianRadius, GaussianDirection>(0.5, 5);
  const auto weights = weights_of(law, theta, 20, 0.1, DistanceScore{});
  std::vector<double> displaced(theta.size());
  std::vector<double> scores;
  for (std::uint64_t k = 0; k < 20; ++k)
    scores.push_back(-0.5 * std::pow(law.displace(k, theta, displaced).norm, 2));
  const auto expected = softmax(scores, 0.1);
  for (std::size_t k = 0; k < 20; ++k) CHECK(weights[k] == Approx(expected[k]).epsilon(1e-11));
}

TEST_CASE("A response score is minus the squared response on the anchors") {
  const auto theta = normal_theta<Smooth>();
  auto moved = theta;
  for (double& parameter : moved) parameter += 0.25;
  double expected = 0;
  for (const double* x0 : {pair_of_inputs.values.data(), pair_of_inputs.values.data() + 3}) {
    const std::vector<double> x(x0, x0 + 3);
    expected -= std::pow(output<Smooth>(std::span<const double>(moved), x)[0] -
                             output<Smooth>(std::span<const double>(theta), x)[0],
                         2);
  }
  const ResponseScore<Smooth, double> score(theta, pair_of_inputs.inputs());
  CHECK(score(theta, moved) == Approx(expected).epsilon(1e-12));
  CHECK(score(theta, theta) == 0);
}

TEST_CASE("A response score of a network that draws compares one realisation with itself") {
  using Drawing = Network<Input<3>, Dense<5>, Dropout<0.5>, Tanh, Noise<0.4>, Dense<1>>;
  const auto theta = normal_theta<Drawing>();
  auto moved = theta;
  for (double& parameter : moved) parameter += 0.25;
  const auto noise = expr::realisation<Drawing, double>(9, 0);
  double expected = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto sample = pair_of_inputs.sample(i);
    const std::vector<double> x(sample.begin(), sample.end());
    expected -= std::pow(output<Drawing>(std::span<const double>(moved), x, noise)[0] -
                             output<Drawing>(std::span<const double>(theta), x, noise)[0],
                         2);
  }
  const ResponseScore<Drawing, double> score(theta, pair_of_inputs.inputs(), 9);
  CHECK(score(theta, moved) == Approx(expected).epsilon(1e-12));
  CHECK(score(theta, theta) == 0);
}

TEST_CASE("A dot score is linear in the displaced parameters, and another for another seed") {
  const std::vector<double> theta{1, -2, 0.5, 3}, a{0.5, 1, 1.5, -1}, b{2, -1, 0.25, 1}, sum{2.5, 0, 1.75, 0};
  const std::span<const double> origin(theta);
  const DotScore score(1, 8, origin), other(2, 8, origin);
  const auto of = [&](const DotScore& with, const std::vector<double>& at) {
    return with(origin, std::span<const double>(at));
  };
  CHECK(of(score, sum) == Approx(of(score, a) + of(score, b)).epsilon(1e-13));
  CHECK(of(score, a) != of(other, a));
}

TEST_CASE("A user's score is a callable") {
  const auto theta = normal_theta<Smooth>();
  const auto law = law_of(0.5, 6);
  const auto first_parameter = [](std::span<const double> from, std::span<const double> to) {
    return to[0] > from[0] ? 0.0 : -1e300;
  };
  const auto weights = weights_of(law, theta, 50, 1.0, first_parameter);
  std::vector<double> displaced(theta.size());
  for (std::uint64_t k = 0; k < 50; ++k) {
    law.displace(k, theta, displaced);
    CHECK((weights[k] > 0) == (displaced[0] > theta[0]));
  }
}

TEST_CASE("Distance attention over a ball is the Gaussian law") {
  // exp(−‖δ‖²/2τ) on the ball is N(0, τ I), cut where it has fallen to e^−8: less than the errors.
  using Tiny = Network<Input<3>, Dense<1, Scale{1.0, 0.0}>, Tanh>;
  constexpr double sigma = 0.8, parameters = Tiny::parameter_count;
  const auto theta = normal_theta<Tiny>();
  const Law<double, BallRadius, GaussianDirection> ball({5 * sigma}, {}, 7);
  const Law<double, GaussianRadius, GaussianDirection> gaussian({sigma * std::sqrt(parameters)}, {}, 8);
  const auto attended = attentive<Tiny>(ball, 1 << 17, sigma * sigma, Estimator::energy);
  const auto direct = nonlocal_gram<Tiny>(theta, gaussian, 1 << 14, Estimator::energy, pair_of_inputs);
  const auto plain = nonlocal_gram<Tiny>(theta, ball, 1 << 14, Estimator::energy, pair_of_inputs);
  for (std::size_t entry = 0; entry < 4; ++entry) {
    const double error = std::hypot(attended.error[entry], direct.error[entry]);
    CHECK(std::abs(attended.value[entry] - direct.value[entry]) <= standard_errors * error);
    CHECK(error < 0.05 * direct.value[0]);
  }
  CHECK(std::abs(plain.value[0] - direct.value[0]) > 10 * std::hypot(plain.error[0], direct.error[0]));
}

TEST_CASE("The z-scores of attention are standard normal over seeds") {
  // The lengths alone decide the weights, so affine networks stay exact in the mean. About 600 and 150
  // effective samples.
  const auto draw = [](Estimator estimator, std::size_t samples, double temperature) {
    return [=](std::uint64_t seed) {
      return attentive<Affine>(law_of<GaussianRadius, GaussianDirection>(0.7, 600 + seed), samples,
                               temperature, estimator);
    };
  };
  for (const auto entry : std::to_array<std::size_t>({0, 1, 3})) {
    check_scores(draw(Estimator::energy, 1024, 0.1), entry, exact()[entry]);
    check_scores(draw(Estimator::unbiased, 192, 0.2), entry, exact()[entry]);
  }
}
