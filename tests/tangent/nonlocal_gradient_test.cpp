// SPDX-License-Identifier: BSD-3-Clause
//
// The nonlocal gradient: exact on affine functions, the gradient as the radius shrinks, and a way down where
// there is no derivative.
#include "nntk/tangent/nonlocal_gradient.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/forward.hpp"
#include "nntk/tangent/jacobian.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;
using Theta = std::span<const double>;

template <class Loss>
std::vector<double> gradient_of(const Interaction<double>& law, SampleRange samples,
                                const std::vector<double>& theta, const Loss& loss, int threads = 1) {
  std::vector<double> gradient(theta.size());
  nonlocal_gradient<double>(law, samples, theta, loss, threads, gradient);
  return gradient;
}

/// Four corners of a square, opposite ones alike: no affine function tells them apart.
const std::vector<double> corners{1, 1, -1, -1, 1, -1, -1, 1}, labels{1, 1, -1, -1};
using Signs = Network<Input<2>, Dense<16, Scale{1.0, 1.0}>, Sign, Dense<1>, Sign>;

double mean_square_error(Theta theta) {
  const auto outputs = forward<Signs>(theta, Inputs{corners.data(), 4, 2});
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += std::pow(outputs[i] - labels[i], 2);
  return sum / 4;
}

}  // namespace

TEST_CASE("The nonlocal gradient of an affine function is its slope, with p orthogonal samples exactly") {
  const std::vector<double> theta{1, -2, 3, 0.5, 0}, slope{0.5, 2, -1, 0, 4};
  const auto affine = [&](Theta at) { return std::inner_product(at.begin(), at.end(), slope.begin(), 7.0); };
  const Law<double, GaussianRadius, OrthogonalDirection> law({2.0}, OrthogonalDirection(5), 1);
  const auto gradient = gradient_of(law, {5, 5}, theta, affine);
  for (std::size_t i = 0; i < 5; ++i) CHECK(gradient[i] == Approx(slope[i]).epsilon(0).margin(1e-13));
}

TEST_CASE(
    "Antithetic coordinates give central differences: the derivative, to the second order of the radius") {
  const std::vector<double> theta{0.3, -0.7};
  const auto smooth = [](Theta at) { return std::sin(at[0]) * std::exp(at[1]); };
  const Law<double, FixedRadius, CoordinateDirection> law({1e-3}, {}, 1, {.antithetic = true});
  const auto gradient = gradient_of(law, {0, 4}, theta, smooth);
  CHECK(gradient[0] == Approx(std::cos(0.3) * std::exp(-0.7)).epsilon(1e-6));
  CHECK(gradient[1] == Approx(std::sin(0.3) * std::exp(-0.7)).epsilon(1e-6));
}

TEST_CASE("The nonlocal gradient is the same bits for any number of threads") {
  const auto theta = initial_parameters<Signs>(3);
  const Law<double, FixedRadius, RademacherDirection> law({1.0}, {}, 2);
  const auto gradient = gradient_of(law, {0, 50}, theta, mean_square_error);
  for (const int threads : {2, 3, 5})
    CHECK(gradient_of(law, {0, 50}, theta, mean_square_error, threads) == gradient);
}

TEST_CASE("Nonlocal descent trains networks of signs, whose own gradient is 0 everywhere") {
  // A loss of five values has plateaus, where the descent of some seeds ends: 27 of 32 got to 0.
  std::size_t trained = 0, wrong_at_first = 0;
  const auto step_down = [](std::vector<double>& theta, std::uint64_t seed, std::uint64_t step) {
    const Law<double, GaussianRadius, RademacherDirection> law({5.0}, {}, seed, {.antithetic = true});
    const auto gradient = gradient_of(law, {64 * step, 64}, theta, mean_square_error);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= gradient[i];
  };
  for (std::uint64_t seed = 0; seed < 32; ++seed) {
    auto theta = initial_parameters<Signs>(seed);
    for (const double slope : jacobian<Signs>(theta, std::vector{1.0, -1.0})) REQUIRE(slope == 0);
    wrong_at_first += mean_square_error(theta) > 0;
    for (std::uint64_t step = 0; step < 1000 && mean_square_error(theta) > 0; ++step)
      step_down(theta, seed, step);
    trained += mean_square_error(theta) == 0;
  }
  CHECK(wrong_at_first >= 24);
  CHECK(trained >= 24);
}
