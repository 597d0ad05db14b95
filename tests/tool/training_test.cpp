// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/training.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "nntk/error.hpp"
#include "tool/linear_program.hpp"

namespace nntk::tool {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const auto go_on = [](double) { return true; };

/// L = θ²/2 in one parameter, capped as that of a network which ends in Sign is.
class Parabola final : public Descent {
 public:
  explicit Parabola(double cap = infinity) : cap_(cap) {}
  [[nodiscard]] double loss(std::span<const double> theta) override {
    return std::min(cap_, theta[0] * theta[0] / 2);
  }
  void nonlocal_gradient(std::span<const double> theta, std::uint64_t step,
                         std::span<double> gradient) override {
    steps.push_back(step);
    gradient[0] = theta[0];
  }
  void local_gradient(std::span<const double> theta, std::span<double> gradient) override {
    gradient[0] = 3 * theta[0];
  }
  std::vector<std::uint64_t> steps;

 private:
  double cap_;
};

}  // namespace

TEST_CASE("A training follows the gradient, each step with its own number, and keeps the losses") {
  Parabola parabola;
  std::vector<double> theta{2};
  std::vector<double> fractions;
  const Losses losses =
      train(parabola, Gradient::nonlocal, {.steps = 2, .learning_rate = 0.5}, theta, [&](double fraction) {
        fractions.push_back(fraction);
        return true;
      });
  CHECK(theta[0] == 0.5);
  CHECK((losses.before == 2 && losses.after == 0.125 && losses.lowest == 0.125 && losses.lowest_step == 2));
  CHECK(parabola.steps == std::vector<std::uint64_t>{0, 1});
  CHECK(fractions == std::vector<double>{0.5, 1});
}

TEST_CASE("A training follows the gradient that it is told to") {
  Parabola parabola;
  std::vector<double> theta{2};
  train(parabola, Gradient::local, {.steps = 1, .learning_rate = 0.25}, theta, go_on);
  CHECK(theta[0] == 0.5);
  CHECK(parabola.steps.empty());
}

// v = 2, then 0.5 · 2 + 1.5; θ = 2 − 0.25 · 2, then − 0.25 · 2.5.
TEST_CASE("Momentum keeps a share of the step before") {
  Parabola parabola;
  std::vector<double> theta{2};
  train(parabola, Gradient::nonlocal, {.steps = 2, .learning_rate = 0.25, .momentum = 0.5}, theta, go_on);
  CHECK(theta[0] == 0.875);
}

TEST_CASE("The lowest loss may be the first") {
  Parabola parabola;
  std::vector<double> theta{1};
  const Losses losses = train(parabola, Gradient::nonlocal, {.steps = 3, .learning_rate = 3}, theta, go_on);
  CHECK((losses.lowest == 0.5 && losses.lowest_step == 0 && losses.after == 32));
}

TEST_CASE("A training that overflows is refused, where the loss hides it too") {
  std::vector<double> theta{1e200}, other{1e200};
  Parabola open, capped(1);
  CHECK_THROWS_WITH(train(open, Gradient::nonlocal, {}, theta, go_on),
                    Catch::Contains("a finite loss after step 0 of 100"));
  CHECK_THROWS_WITH(train(capped, Gradient::nonlocal, {.steps = 5, .learning_rate = 1e120}, other, go_on),
                    Catch::Contains("a finite loss after step 1 of 5"));
  CHECK_THROWS_AS(train(capped, Gradient::nonlocal, {}, theta = {std::nan("")}, go_on), DataError);
}

TEST_CASE("A training that is stopped takes no further step") {
  Parabola parabola;
  std::vector<double> theta{1};
  CHECK_THROWS_AS(
      train(parabola, Gradient::nonlocal, {}, theta, [](double fraction) { return fraction < 0.02; }),
      Interrupted);
  CHECK(parabola.steps.size() == 2);
  CHECK(theta[0] == 0.9);
}

TEST_CASE("The linear program is trained to the targets of another") {
  const test::LinearProgram program(4, 2);
  std::vector<double> x(40), wanted(8), y(20), theta(8);
  program.initialise(1, x);
  program.initialise(2, wanted);
  program.initialise(3, theta);
  program.evaluate(wanted, {}, {x, 10}, y);
  const auto descent = program.prepare_descent({.x = {x, 10}, .y = y, .nonlocal = {}, .is_stopped = {}});
  train(*descent, Gradient::local, {.steps = 3000, .learning_rate = 1}, theta, go_on);
  for (std::size_t i = 0; i < 8; ++i) CHECK(theta[i] == Approx(wanted[i]).epsilon(0).margin(1e-6));
}

}  // namespace nntk::tool
