// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/training.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
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
    ++losses;
    return std::min(cap_, theta[0] * theta[0] / 2);
  }
  void nonlocal_gradient(std::span<const double> theta, SampleIndices batch, std::uint64_t step,
                         std::span<double> gradient) override {
    samples.insert(samples.end(), batch.begin(), batch.end());
    steps.push_back(step);
    gradient[0] = theta[0];
  }
  void local_gradient(std::span<const double> theta, SampleIndices /*batch*/,
                      std::span<double> gradient) override {
    gradient[0] = 3 * theta[0];
  }
  std::vector<std::uint64_t> steps;
  std::vector<std::size_t> samples;  ///< of all batches
  std::size_t losses = 0;            ///< that were asked for

 private:
  double cap_;
};

/// All steps with all samples; θ becomes the last one.
Losses train(Descent& descent, Gradient kind, const Schedule& schedule, std::vector<double>& theta,
             const std::function<bool(double)>& progress, const Batches& batches = {1, 1, 0}) {
  Training training(descent, kind, schedule, batches);
  TrainingState state = training.start(theta);
  const auto keep = [&](const TrainingState& now) { theta = now.theta; };
  training.run(state, keep, progress);
  training.finish(state);
  return state.losses;
}

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

TEST_CASE("With mini-batches the loss is looked at where an epoch ends, and at the end") {
  Parabola parabola;
  std::vector<double> theta{2};
  const Losses losses =
      train(parabola, Gradient::nonlocal, {.steps = 5, .learning_rate = 0.5}, theta, go_on, Batches(6, 2, 1));
  CHECK(parabola.samples.size() == 10);
  CHECK(parabola.losses == 3);
  CHECK((losses.before == 2 && losses.after == std::ldexp(1, -9) && losses.lowest_step == 5));
}

TEST_CASE("A training shows every whole state, the first one too") {
  Parabola parabola;
  Training training(parabola, Gradient::nonlocal, {.steps = 2, .learning_rate = 0.5}, {1, 1, 0});
  TrainingState state = training.start({8});
  std::vector<double> seen;
  const auto watch = [&](const TrainingState& now) { seen.push_back(now.theta[0]); };
  training.run(state, watch, go_on);
  CHECK(seen == std::vector<double>{8, 4, 2});
}

TEST_CASE("A training that is taken up again ends in the same bits") {
  const test::LinearProgram program(4, 2);
  std::vector<double> x(36), y(18), theta(8);
  program.initialise(1, x);
  program.initialise(2, y);
  program.initialise(3, theta);
  const auto descent = program.prepare_descent({.x = {x, 9}, .y = y, .nonlocal = {}, .is_stopped = {}});
  const auto train_to = [&](std::size_t steps, TrainingState& state) {
    const Schedule schedule{.steps = steps, .learning_rate = 0.3, .momentum = 0.7};
    Training(*descent, Gradient::local, schedule, Batches(9, 4, 5)).run(state, [](auto&) {}, go_on);
  };
  Training first(*descent, Gradient::local, {}, Batches(9, 4, 5));
  TrainingState whole = first.start(theta), parts = whole;
  train_to(20, whole);
  train_to(7, parts);
  train_to(20, parts);
  CHECK((parts.theta == whole.theta && parts.velocity == whole.velocity));
  CHECK((parts.losses.after == whole.losses.after && parts.losses.lowest_step == whole.losses.lowest_step));
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
