// SPDX-License-Identifier: BSD-3-Clause
//
// Weights that differ by input, against their definition one number at a time, at their limits, and their
// standard errors against the spread over seeds.
#include "nntk/kernel/own_weights.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "nntk/expr/noise.hpp"
#include "nntk/kernel/attention.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "support/jacobians.hpp"
#include "support/nonlocal_draws.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tangent;

using Vectorial = Network<Input<3>, Dense<4>, Sign, Dense<2>>;
using Drawing = Network<Input<3>, Dense<4>, Tanh, Dropout<0.4>, Dense<2>>;
using GaussianLaw = Law<double, GaussianRadius, GaussianDirection>;

constexpr std::size_t samples = 40;
constexpr double temperature = 0.3;
constexpr Estimator estimators[] = {Estimator::energy, Estimator::plugin, Estimator::unbiased};

template <class Network, class T = double>
std::vector<double> own_gram(Estimator estimator, const Interaction<T>& law, double tau,
                             const Realisations& realisations = {}) {
  const auto numbers = normal_theta<Network>();
  const std::vector<T> theta(numbers.begin(), numbers.end());
  return nonlocal_gram<Network, T>(theta, law, samples, estimator, pair_of_inputs, OutputMode::full, {},
                                   realisations, tau)
      .value;
}

/// The two outputs of the function whose turn it is.
template <class Network>
std::vector<double> evaluate(std::span<const double> theta, std::span<const double> x,
                             const Realisations& realisations, std::size_t turn) {
  const bool is_mean = realisations.average == Average::network;
  std::vector<double> mean(2);
  const std::size_t first = is_mean ? 0 : turn, count = is_mean ? realisations.count : 1;
  for (std::size_t r = first; r < first + count; ++r) {
    const auto noise = expr::realisation<Network, double>(realisations.seed, r);
    const auto f = output<Network>(theta, std::vector<double>(x.begin(), x.end()), noise);
    for (std::size_t o = 0; o < 2; ++o) mean[o] += f[o] / static_cast<double>(count);
  }
  return mean;
}

/// What the definition is made of: δ_k, the turn of k, Δ_k(x) and Δ_k(x'), a_k(x) and a_k(x').
template <class Network>
class Definition {
 public:
  Definition(const Interaction<double>& law, const Realisations& realisations)
      : turns_(realisations.average == Average::network ? 1 : realisations.count), together_(law.together()) {
    const auto theta = normal_theta<Network>();
    for (std::size_t k = 0; k < samples; ++k) {
      std::vector<double> moved(theta.size());
      law.displace(k, theta, moved);
      for (std::size_t i = 0; i < 2; ++i) {
        const auto f = evaluate<Network>(moved, pair_of_inputs.sample(i), realisations, turn(k));
        const auto base = evaluate<Network>(theta, pair_of_inputs.sample(i), realisations, turn(k));
        const double first = f[0] - base[0], second = f[1] - base[1];
        responses_[i].push_back(i == 0 ? first : second);
        weights_[i].push_back(-(first * first + second * second));
      }
      for (std::size_t i = 0; i < theta.size(); ++i) moved[i] -= theta[i];
      displacements_.push_back(moved);
    }
    for (auto& weights : weights_) weights = softmax(weights, temperature);
  }

  /// Of output 0 of the first input, 1 of the second.
  [[nodiscard]] double kernel(Estimator estimator) const {
    const double p = Network::parameter_count, turns = static_cast<double>(turns_);
    double energy = 0, sum = 0, met = 0;
    for (std::size_t k = 0; k < samples; ++k) {
      const auto& delta = displacements_[k];
      energy += p * std::sqrt(weights_[0][k] * weights_[1][k]) * responses_[0][k] * responses_[1][k] /
                dot(delta, delta);
      for (std::size_t m = 0; m < samples; ++m) {
        const double weight = weights_[0][k] * weights_[1][m];
        const bool is_together = k / together_ == m / together_;
        if (is_together) met += weight;
        if (turn(k) != turn(m) || (is_together && estimator == Estimator::unbiased)) continue;
        const auto& other = displacements_[m];
        const double overlap = p * p * dot(delta, other) / (dot(delta, delta) * dot(other, other));
        sum += turns * weight * responses_[0][k] * overlap * responses_[1][m];
      }
    }
    if (estimator == Estimator::energy) return energy;
    return estimator == Estimator::plugin ? sum : sum / (1 - turns * met);
  }

 private:
  [[nodiscard]] std::size_t turn(std::size_t k) const { return k / together_ % turns_; }

  std::size_t turns_, together_;
  std::vector<std::vector<double>> displacements_;
  std::vector<double> responses_[2], weights_[2];
};

template <class Network>
void check_definition(const Interaction<double>& law, const Realisations& realisations = {}) {
  const Definition<Network> definition(law, realisations);
  for (const Estimator estimator : estimators) {
    const auto found = own_gram<Network>(estimator, law, temperature, realisations);
    CAPTURE(static_cast<int>(estimator));
    const double scale = std::sqrt(std::abs(found[0] * found[15]));
    CHECK(std::abs(found[5] - definition.kernel(estimator)) <= 1e-12 * scale);  // pair (0, 1), outputs (0, 1)
  }
}

}  // namespace

TEST_CASE("Own weights: every estimator is its sum over the samples") {
  check_definition<Vectorial>(GaussianLaw({1.5}, {}, 6));
  check_definition<Vectorial>(GaussianLaw({1.5}, {}, 6, {.antithetic = true}));
}

TEST_CASE("Own weights of a network that draws, in the mean kernel and in the mean network") {
  const GaussianLaw law({1.5}, {}, 6), pairs({1.5}, {}, 6, {.antithetic = true});
  check_definition<Drawing>(law, {.count = 4, .average = Average::kernel, .seed = 3});
  check_definition<Drawing>(pairs, {.count = 4, .average = Average::kernel, .seed = 3});
  check_definition<Drawing>(law, {.count = 4, .average = Average::network, .seed = 3});
}

// A response of single precision errs by some ε of outputs of order 1 over its own size, of order 1.
TEST_CASE("Own weights in single precision") {
  const Law<float, GaussianRadius, GaussianDirection> single({1.5}, {}, 6);
  for (const Estimator estimator : estimators) {
    const auto found = own_gram<Drawing, float>(estimator, single, temperature);
    const auto expected = own_gram<Drawing>(estimator, GaussianLaw({1.5}, {}, 6), temperature);
    const double scale = std::sqrt(std::abs(expected[0] * expected[15]));
    CHECK(std::abs(found[5] - expected[5]) <= 500 * std::numeric_limits<float>::epsilon() * scale);
  }
}

TEST_CASE("Own weights at an infinite temperature are uniform") {
  const auto law = law_of(1.5, 6);
  const auto theta = normal_theta<Vectorial>();
  for (const Estimator estimator : estimators) {
    const auto uniform =
        nonlocal_gram<Vectorial>(theta, law, samples, estimator, pair_of_inputs, OutputMode::full);
    const auto hot = nonlocal_gram<Vectorial>(theta, law, samples, estimator, pair_of_inputs,
                                              OutputMode::full, {}, {}, 1e15);
    for (std::size_t entry = 0; entry < uniform.value.size(); ++entry) {
      CHECK(std::abs(hot.value[entry] - uniform.value[entry]) <= 1e-13 * uniform.value[0]);
      CHECK(hot.error[entry] == Approx(uniform.error[entry]).epsilon(1e-11));
    }
  }
}

TEST_CASE("Own weights at a temperature near 0 are those of the least response alone") {
  const GaussianLaw law({1.5}, {}, 6);
  const auto coldest = own_gram<Vectorial>(Estimator::energy, law, 1e-310);
  const auto cold = own_gram<Vectorial>(Estimator::energy, law, 1e-6);
  for (std::size_t entry = 0; entry < cold.size(); ++entry) {
    CHECK(std::isfinite(coldest[entry]));
    CHECK(coldest[entry] == Approx(cold[entry]).epsilon(0).margin(1e-12));
  }
  const auto theta = normal_theta<Vectorial>();
  const NonlocalKernel<Vectorial, double> unbiased(theta, law, samples, Estimator::unbiased, OutputMode::sum,
                                                   false, 1, {}, {}, 1e-310);
  CHECK(unbiased.least_weight_left() == 1);
  gram_of(unbiased, pair_of_inputs);
  CHECK(unbiased.least_weight_left() < 1e-12);
}

// 400 draws know a variance to about 10 %, its own estimate to less; the first order of a ratio of some 100
// effective samples misses a few percent.
TEST_CASE("Own weights know their variance over seeds") {
  const auto theta = normal_theta<Vectorial>();
  for (const Estimator estimator : estimators) {
    const Draws draws = repeat(
        [&](std::uint64_t seed) {
          return nonlocal_gram<Vectorial>(theta, GaussianLaw({1.5}, {}, seed), 300, estimator, pair_of_inputs,
                                          OutputMode::sum, {}, {}, 4.0);
        },
        1, 400);
    CAPTURE(static_cast<int>(estimator), draws.variance, draws.own_variance);
    CHECK(draws.own_variance >= 0.75 * draws.variance);
    CHECK(draws.own_variance <= 1.35 * draws.variance);
  }
}
