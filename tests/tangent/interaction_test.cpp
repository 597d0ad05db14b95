// SPDX-License-Identifier: BSD-3-Clause
//
// Laws of the displacements: their moments, and that they are the same in any order; and the one-parameter
// nonlocal gradients of the design (goldens.json, entry 16) under a law that a user writes.
#include "nntk/tangent/interaction.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "nntk/tangent/jacobian.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;
using nntk::test::standard_errors;

/// The mean of numbers and its standard error.
struct Mean {
  double sum = 0, squares = 0, count = 0;
  void add(double value) { sum += value, squares += value * value, ++count; }
  [[nodiscard]] double value() const { return sum / count; }
  [[nodiscard]] double error() const { return std::sqrt((squares / count - value() * value()) / count); }
  [[nodiscard]] bool meets(double expected) const {
    return std::abs(value() - expected) <= standard_errors * error() + 1e-12 * std::abs(expected);
  }
};

std::vector<double> displacement(const Interaction<double>& law, std::uint64_t sample, std::size_t p) {
  std::vector<double> delta(p);
  law.displace(sample, std::vector<double>(p), delta);
  return delta;
}

/// E[g gᵀ/‖g‖²] = I/p, entry by entry.
template <class Direction>
void check_isotropic(Direction direction) {
  constexpr std::size_t p = 5;
  const Law<double, FixedRadius, Direction> law({1.0}, direction, 21);
  std::array<Mean, p * p> moment;
  for (std::uint64_t k = 0; k < 20000; ++k) {
    const auto delta = displacement(law, k, p);
    for (std::size_t i = 0; i < p * p; ++i) moment[i].add(delta[i / p] * delta[i % p]);
  }
  for (std::size_t i = 0; i < p * p; ++i) CHECK(moment[i].meets(i / p == i % p ? 1.0 / p : 0.0));
}

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

TEST_CASE("A fixed radius is the length of every displacement") {
  const Law<double, FixedRadius, GaussianDirection> law({0.25}, {}, 1);
  for (std::uint64_t k = 0; k < 10; ++k) {
    std::vector<double> displaced(101);
    const auto drawn = law.displace(k, std::vector<double>(101), displaced);
    double square = 0;
    for (const double d : displaced) square += d * d;
    CHECK(drawn.norm == 0.25);
    CHECK(std::sqrt(square) == Approx(0.25).epsilon(1e-14));
  }
}

TEST_CASE("The squared length of a Gaussian radius is that of N(0, radius²/p I)") {
  constexpr std::size_t p = 3;
  const Law<double, GaussianRadius, RademacherDirection> law({0.5}, {}, 2);
  Mean square, fourth;
  for (std::uint64_t k = 0; k < 20000; ++k) {
    std::vector<double> displaced(p);
    const double norm = law.displace(k, std::vector<double>(p), displaced).norm;
    square.add(norm * norm), fourth.add(std::pow(norm, 4));
  }
  CHECK(square.meets(0.25));
  CHECK(fourth.meets(0.0625 * (p + 2) / p));  // E[χ⁴] = p (p + 2)
}

TEST_CASE("Gaussian directions are isotropic") { check_isotropic(GaussianDirection{}); }
TEST_CASE("Rademacher directions are isotropic") { check_isotropic(RademacherDirection{}); }

TEST_CASE("A displacement leads from θ along its direction, stretched") {
  const Law<double, GaussianRadius, GaussianDirection> law({0.5}, {}, 3);
  const std::vector<double> theta{1, -2, 3, 4, 5, 6, 7};
  std::vector<double> displaced(theta.size()), direction(theta.size());
  const auto drawn = law.displace(9, theta, displaced);
  law.fill_direction(9, 0, direction);
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
  law.fill_direction(2, 0, whole);
  law.fill_direction(2, 500, slice);
  CHECK(std::equal(slice.begin(), slice.end(), whole.begin() + 500));
}

TEST_CASE(
    "The nonlocal gradient of sign and |.| is what one-dimensional integrals say (goldens.json, entry 16)") {
  constexpr double gamma = 0.3, theta = 0.1;
  CHECK(nonlocal_gradient<Sign>(theta, gamma).meets(3.2499355830636239378));
  CHECK(nonlocal_gradient<Abs>(theta, gamma).meets(0.68764167007242532719));
  CHECK(nonlocal_gradient<Abs>(theta, gamma).error() < 0.01);
}
