// SPDX-License-Identifier: BSD-3-Clause
//
// Displacements are the same in any order, may be restricted and paired; and the one-parameter nonlocal
// gradients of the design (goldens.json, entry 16) under a law that a user writes.
#include "nntk/tangent/interaction.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "nntk/tangent/jacobian.hpp"
#include "support/displacement.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;
using nntk::test::displacement;
using nntk::test::Mean;

/// A user's radius law: |u| with density ∝ exp(−u²/γ²).
struct HalfNormalRadius {
  double gamma;
  [[nodiscard]] double draw(const random::Source& source, std::size_t /*p*/) const {
    double number = 0;
    random::fill_normal(source, 0, std::span(&number, 1));
    return std::abs(number) * gamma / std::numbers::sqrt2;
  }
};

/// G f(θ) = p E[(f(θ+δ) − f(θ)) δ/‖δ‖²] of a network f(x = 1; θ) of one parameter.
template <class A>
Mean nonlocal_gradient(double theta, double gamma) {
  using Net = Network<Input<1>, Dense<1, Scale{1.0, 0.0}>, A>;
  static_assert(Net::parameter_count == 1);
  const Law<double, HalfNormalRadius, RademacherDirection> law({gamma}, {}, 16);
  const auto f = [](double at) { return output<Net>(std::span<const double>(&at, 1), std::vector{1.0})[0]; };
  Mean gradient;
  for (std::uint64_t k = 0; k < 200000; ++k) {
    const double delta = displacement(law, k, 1)[0];
    gradient.add((f(theta + delta) - f(theta)) / delta);
  }
  return gradient;
}

}  // namespace

TEST_CASE("A displacement leads from θ along its direction, stretched") {
  const Law<double, GaussianRadius, GaussianDirection> law({0.5}, {}, 3);
  const std::vector<double> theta{1, -2, 3, 4, 5, 6, 7};
  std::vector<double> displaced(theta.size()), direction(theta.size());
  const auto drawn = law.displace(9, theta, displaced);
  law.fill_direction(9, theta.size(), 0, direction);
  for (std::size_t i = 0; i < theta.size(); ++i)
    CHECK(displaced[i] == theta[i] + drawn.stretch * direction[i]);
}

TEST_CASE("Sample k is the same whatever was drawn before it, and another for another k or seed") {
  const Law<double, GaussianRadius, GaussianDirection> law({0.5}, {}, 4), other({0.5}, {}, 5);
  const auto third = displacement(law, 3, 50);
  static_cast<void>(displacement(law, 7, 50));
  CHECK(displacement(law, 3, 50) == third);
  CHECK(displacement(law, 4, 50) != third);
  CHECK(displacement(other, 3, 50) != third);
}

TEST_CASE("A slice of a direction is the slice of the whole") {
  const Law<double, FixedRadius, RademacherDirection> law({1.0}, {}, 6);
  std::vector<double> whole(1000), slice(333);
  law.fill_direction(2, 1000, 0, whole);
  law.fill_direction(2, 1000, 500, slice);
  CHECK(std::equal(slice.begin(), slice.end(), whole.begin() + 500));
}

TEST_CASE(
    "The nonlocal gradient of sign and |.| is what one-dimensional integrals say (goldens.json, entry 16)") {
  constexpr double gamma = 0.3, theta = 0.1;
  CHECK(nonlocal_gradient<Sign>(theta, gamma).meets(3.2499355830636239378));
  CHECK(nonlocal_gradient<Abs>(theta, gamma).meets(0.68764167007242532719));
  CHECK(nonlocal_gradient<Abs>(theta, gamma).error() < 0.01);
}

TEST_CASE("The nonlocal gradient of stairs is a sum over their steps, of a sawtooth one less a sum") {
  // A step of height h at distance d adds h E₁(d²/γ²)/(2γ√π); the identity adds 1. Steps of Quantize are 1/4
  // high and stand at odd eighths, those of the sawtooth at the integers.
  constexpr double gamma = 0.3, theta = 0.1;
  const auto steps = [&](double height, double first, double apart) {
    double sum = 0;
    for (int n = -40; n <= 40; ++n) {
      const double distance = first + apart * n - theta;
      sum -= std::expint(-distance * distance / (gamma * gamma));  // E₁(x) = −Ei(−x)
    }
    return height * sum / (2 * gamma * std::sqrt(std::numbers::pi));
  };
  using Sawtooth = Elementwise<[](auto x) {
    using std::floor;
    return x - floor(x);
  }>;
  CHECK(nonlocal_gradient<Quantize>(theta, gamma).meets(steps(0.25, 0.125, 0.25)));
  CHECK(nonlocal_gradient<Sawtooth>(theta, gamma).meets(1 - steps(1, 0, 1)));
  CHECK(nonlocal_gradient<Quantize>(theta, gamma).error() < 0.01);
}

TEST_CASE("Antithetic samples come in pairs of opposite sign, one pair unlike the next") {
  const Law<double, GaussianRadius, GaussianDirection> law({0.5}, {}, 7, {.antithetic = true});
  CHECK(law.together() == 2);
  const auto first = displacement(law, 0, 20), second = displacement(law, 1, 20);
  for (std::size_t i = 0; i < 20; ++i) CHECK(first[i] == -second[i]);
  CHECK(displacement(law, 2, 20) != first);
}

TEST_CASE("Parameters outside the range stay where they are, and their directions are 0") {
  const Law<double, FixedRadius, GaussianDirection> law({0.5}, {}, 8, {.only = {3, 4}});
  const auto delta = displacement(law, 5, 10);
  std::vector<double> direction(6);
  law.fill_direction(5, 10, 1, direction);
  double square = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    const bool moves = i >= 3 && i < 7;
    CHECK((delta[i] != 0) == moves);
    if (i >= 1 && i < 7) CHECK((direction[i - 1] != 0) == moves);
    square += delta[i] * delta[i];
  }
  CHECK(std::sqrt(square) == Approx(0.5).epsilon(1e-14));
  CHECK(law.moving(10).count == 4);
}
