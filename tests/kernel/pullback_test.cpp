// SPDX-License-Identifier: BSD-3-Clause
//
// Cotangents pulled back to the parameters, against the products with Jacobians of dual numbers.
#include "nntk/kernel/pullback.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/jacobians.hpp"
#include "support/tolerance.hpp"
#include "support/varied_networks.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

template <class T>
Features<T> load(const Data& x) {
  Features<T> inputs(x.count(), x.width, 4);
  for (std::size_t g = 0; g < inputs.groups(); ++g)
    load_inputs(x.inputs(), inputs.first_tile(g), inputs.group(g));
  return inputs;
}

/// r = sin(i + 2 o), which does not depend on the outputs, or r = f; 0 where there is no sample.
template <class Net, class T>
std::vector<T> pull(const std::vector<double>& numbers, const Data& x, bool is_fixed,
                    const Realisations& realisations, int threads) {
  constexpr std::size_t lanes = simd::lanes<T>;
  const std::vector<T> theta(numbers.begin(), numbers.end());
  std::vector<T> gradient(theta.size());
  Features<T> inputs = load<T>(x);
  const auto fill = [&](TileGroup<T> outputs, std::size_t first_tile, TileGroup<T> to) {
    for (std::size_t t = 0; t < outputs.count; ++t) {
      for (std::size_t at = 0; at < Net::outputs * lanes; ++at) {
        const std::size_t sample = (first_tile + t) * lanes + at % lanes;
        const double fixed = std::sin(static_cast<double>(sample + 2 * (at / lanes)));
        const T cotangent = is_fixed ? static_cast<T>(fixed) : outputs.tile(t)[at];
        to.tile(t)[at] = sample < x.count() ? cotangent : T(0);
      }
    }
  };
  Pullback<Net, T> pullback({.count = realisations.count, .seed = realisations.seed}, threads);
  pullback.draw(realisations.first);
  pullback.run(theta.data(), inputs, fill, gradient.data());
  return gradient;
}

/// Σ_i Σ_o r_io ∂f_io/∂θ in the mean over realisations, and of |r ∂f/∂θ|, what rounding is relative to.
struct Expected {
  std::vector<double> value, magnitude;
};
template <class Net>
Expected expect(const std::vector<double>& theta, const Data& x, const Realisations& realisations) {
  constexpr std::size_t p = Net::parameter_count;
  Expected expected{std::vector<double>(p), std::vector<double>(p)};
  for (std::size_t r = 0; r < realisations.count; ++r) {
    const Jacobians jacobians = dual_jacobians<Net>(theta, x, realisations.first + r);
    for (std::size_t row = 0; row < x.count() * Net::outputs; ++row) {
      const double cotangent = std::sin(static_cast<double>(row / Net::outputs + 2 * (row % Net::outputs))) /
                               static_cast<double>(realisations.count);
      for (std::size_t k = 0; k < p; ++k) {
        expected.value[k] += cotangent * jacobians.values[row * p + k];
        expected.magnitude[k] += std::abs(cotangent * jacobians.values[row * p + k]);
      }
    }
  }
  return expected;
}

template <class Net, class T = double>
void check_pull(std::size_t count, const Realisations& realisations = {}) {
  const auto theta = rounded(normal_theta<Net>());
  const Data x{3, rounded(normal_data(count, 3).values)};
  const Expected expected = expect<Net>(theta, x, realisations);
  const auto found = pull<Net, T>(theta, x, true, realisations, 1);
  double largest = 0, worst = 0;
  for (const double magnitude : expected.magnitude) largest = std::max(largest, magnitude);
  for (std::size_t k = 0; k < found.size(); ++k)
    worst = std::max(worst, std::abs(static_cast<double>(found[k]) - expected.value[k]));
  CHECK(largest > 0);
  CHECK(worst / (local_tolerance<T>() * largest) <= 1);
}

}  // namespace

TEST_CASE("A pulled cotangent is its product with the Jacobians, for any number of samples") {
  for (const auto count :
       {std::size_t{1}, simd::lanes<double>, 4 * simd::lanes<double> + 1, 33 * simd::lanes<double> + 5})
    check_pull<Deep>(count);
  check_pull<Gated>(2 * simd::lanes<double> + 3);
  check_pull<Deep, float>(2 * simd::lanes<float> + 3);
}

TEST_CASE("Of a network that draws the mean over its realisations is pulled") {
  check_pull<Drawing>(5 * simd::lanes<double> + 1);
  check_pull<Drawing>(5 * simd::lanes<double> + 1, {.count = 3, .average = Average::network});
  check_pull<Waving>(5 * simd::lanes<double> + 1, {.count = 3, .average = Average::network});
  check_pull<Drawing>(5, {.count = 3, .average = Average::network, .first = 4});
}

TEST_CASE("A pulled cotangent has the same bits for any number of threads") {
  const auto theta = normal_theta<Deep>();
  const Data x = normal_data(40 * simd::lanes<double> + 7, 3);
  const auto one = pull<Deep, double>(theta, x, false, {}, 1);
  for (const int threads : {2, 3}) CHECK(pull<Deep, double>(theta, x, false, {}, threads) == one);
}

TEST_CASE("A cotangent may depend on the outputs: r = f is the gradient of half their square") {
  const auto theta = normal_theta<Deep>();
  const Data x = normal_data(7, 3);
  const auto found = pull<Deep, double>(theta, x, false, {}, 1);
  const Jacobians jacobians = dual_jacobians<Deep>(theta, x, 0);
  std::vector<double> expected(theta.size());
  for (std::size_t i = 0; i < 7; ++i) {
    const auto sample = x.sample(i);
    const auto f = tangent::output<Deep>(std::span<const double>(theta), {sample.begin(), sample.end()});
    for (std::size_t o = 0; o < 2; ++o)
      for (std::size_t k = 0; k < theta.size(); ++k)
        expected[k] += f[o] * jacobians.values[(i * 2 + o) * theta.size() + k];
  }
  for (std::size_t k = 0; k < theta.size(); ++k)
    CHECK(found[k] == Approx(expected[k]).epsilon(0).margin(1e-12));
}
