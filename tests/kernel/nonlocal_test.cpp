// SPDX-License-Identifier: BSD-3-Clause
//
// The nonlocal kernel: its three estimators written out, and what it is for.
#include "nntk/kernel/nonlocal.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/jacobians.hpp"
#include "support/nonlocal_gram.hpp"
#include "support/pivots.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Net = Network<Input<3>, Dense<5>, Tanh, Dense<2>>;
constexpr std::size_t p = Net::parameter_count;
using Vectors = std::vector<std::vector<double>>;

/// Δ_k(x_i)_o at [i][k · O + o], and w_k = p δ_k/‖δ_k‖², by the scalar network.
struct Sampled {
  Vectors response, gradient;

  Sampled(const std::vector<double>& theta, const tangent::Interaction<double>& law, std::size_t samples,
          const Data& x)
      : response(x.count()) {
    for (std::size_t k = 0; k < samples; ++k) {
      std::vector<double> moved(p), weight(p);
      const double norm = law.displace(k, theta, moved).norm;
      for (std::size_t i = 0; i < p; ++i) weight[i] = p * (moved[i] - theta[i]) / (norm * norm);
      gradient.push_back(weight);
      for (std::size_t i = 0; i < x.count(); ++i) {
        const std::vector<double> input(x.sample(i).begin(), x.sample(i).end());
        const auto f = tangent::output<Net>(std::span<const double>(theta), input);
        const auto g = tangent::output<Net>(std::span<const double>(moved), input);
        for (std::size_t o = 0; o < Net::outputs; ++o) response[i].push_back(g[o] - f[o]);
      }
    }
  }

  /// Σ of Δ_k(x_i) C_km Δ_m(x_j) over the pairs that `takes` and over outputs.
  template <class Condition>
  double sum(std::size_t i, std::size_t j, const Condition& takes) const {
    double total = 0;
    for (std::size_t k = 0; k < gradient.size(); ++k) {
      for (std::size_t m = 0; m < gradient.size(); ++m) {
        if (!takes(k, m)) continue;
        const double overlap = dot(gradient[k], gradient[m]);
        for (std::size_t o = 0; o < Net::outputs; ++o) {
          total += response[i][k * Net::outputs + o] * overlap * response[j][m * Net::outputs + o];
        }
      }
    }
    return total;
  }
};

double expected(const Sampled& sampled, Estimator estimator, std::size_t i, std::size_t j) {
  const double m = static_cast<double>(sampled.gradient.size());
  const auto all = [](std::size_t, std::size_t) { return true; };
  const auto same = [](std::size_t a, std::size_t b) { return a == b; };
  const auto other = [](std::size_t a, std::size_t b) { return a != b; };
  switch (estimator) {
    case Estimator::plugin:
      return sampled.sum(i, j, all) / (m * m);
    case Estimator::unbiased:
      return sampled.sum(i, j, other) / (m * (m - 1));
    default:
      return sampled.sum(i, j, same) / (p * m);  // C_kk = p²/‖δ_k‖²
  }
}

}  // namespace

TEST_CASE("Each estimator is its formula") {
  // A difference f(θ+δ) − f(θ) at radius 0.5 loses a digit, and the indefinite sum of `unbiased` a few.
  constexpr double tolerance = 1e-12;
  const auto estimator = GENERATE(Estimator::energy, Estimator::plugin, Estimator::unbiased);
  const auto theta = normal_theta<Net>();
  const auto law = law_of<tangent::GaussianRadius, tangent::GaussianDirection>(0.5, 11);
  const Data x = normal_data(4, Net::inputs);
  const Sampled sampled(theta, law, 30, x);
  const auto found = nonlocal_gram<Net>(theta, law, 30, estimator, x).value;
  for (std::size_t i = 0; i < x.count(); ++i) {
    for (std::size_t j = 0; j < x.count(); ++j) {
      const double scale =
          std::sqrt(expected(sampled, Estimator::plugin, i, i) * expected(sampled, Estimator::plugin, j, j));
      CHECK(std::abs(found[i * x.count() + j] - expected(sampled, estimator, i, j)) <= tolerance * scale);
    }
  }
}

TEST_CASE("The samples of an energy kernel may be taken in several passes") {
  // A pass holds 1,024 rows of responses: 1,300 samples of 2 outputs are three passes.
  const auto theta = normal_theta<Net>();
  const auto law = law_of(0.1, 12);
  const Data x = normal_data(2, Net::inputs);
  const Sampled sampled(theta, law, 1300, x);
  const auto found = nonlocal_gram<Net>(theta, law, 1300, Estimator::energy, x).value;
  double direct = 0;
  for (std::size_t k = 0; k < 1300; ++k) {
    for (std::size_t o = 0; o < 2; ++o) {
      direct += dot(sampled.gradient[k], sampled.gradient[k]) * sampled.response[0][k * 2 + o] *
                sampled.response[1][k * 2 + o];
    }
  }
  CHECK(std::abs(found[1] - direct / (p * 1300)) <= 1e-12 * std::sqrt(found[0] * found[3]));
}

TEST_CASE("The sums over outputs are the trace of the full block, their errors aside") {
  const auto theta = normal_theta<Net>();
  const auto law = law_of(0.1, 13);
  const Data x = normal_data(3, Net::inputs);
  const auto estimator = GENERATE(Estimator::energy, Estimator::plugin, Estimator::unbiased);
  const auto sum = nonlocal_gram<Net>(theta, law, 20, estimator, x).value;
  const auto full = nonlocal_gram<Net>(theta, law, 20, estimator, x, OutputMode::full).value;
  const auto diagonal = nonlocal_gram<Net>(theta, law, 20, estimator, x, OutputMode::diagonal).value;
  for (std::size_t pair = 0; pair < 9; ++pair) {
    CHECK(sum[pair] == Approx(full[pair * 4] + full[pair * 4 + 3]).epsilon(1e-11));
    CHECK(diagonal[pair * 2] == full[pair * 4]);
    CHECK(diagonal[pair * 2 + 1] == full[pair * 4 + 3]);
  }
}

TEST_CASE("Plugin and energy are positive semi-definite") {
  const auto estimator = GENERATE(Estimator::energy, Estimator::plugin);
  const Data x = normal_data(20, Net::inputs);
  const auto gram = nonlocal_gram<Net>(normal_theta<Net>(), law_of(0.1, 14), 8, estimator, x).value;
  const Pivots pivots = eliminate(gram, x.count(), 1e-12);
  CHECK(pivots.rank == 16);  // 8 samples of 2 outputs
  CHECK(pivots.remainder <= 1e-11);
}

TEST_CASE("A sign network has a nonlocal kernel of higher rank than its local one") {
  using Signs = Network<Input<64>, Dense<64>, Sign, Dense<10>>;
  const Data x = normal_data(96, Signs::inputs);
  const auto theta = normal_theta<Signs>();
  const auto local = local_gram<Signs, double>(theta, OutputMode::sum, x);
  const auto nonlocal = nonlocal_gram<Signs>(theta, law_of(10.0, 15), 256, Estimator::energy, x).value;
  const std::size_t rank = eliminate(local, x.count(), 1e-10).rank;
  CHECK(rank <= 65);  // ⟨a, a'⟩ + β² of 64 hidden signs
  CHECK(std::all_of(nonlocal.begin(), nonlocal.end(), [](double k) { return std::isfinite(k); }));
  CHECK(eliminate(nonlocal, x.count(), 1e-10).rank > rank);
}
