// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/recording.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "../../src/tool/early_stopping.hpp"
#include "../../src/tool/matrix.hpp"
#include "../../src/tool/records.hpp"
#include "nntk/error.hpp"
#include "tool/linear_program.hpp"

namespace nntk::tool {

namespace {

constexpr std::size_t count = 7, inputs = 4, outputs = 2;
constexpr double rate = 0.4;

/// The linear program learns from 7 samples; whose kernel never moves.
struct LinearTraining {
  test::LinearProgram program{inputs, outputs};
  std::vector<double> x = draw(1, count* inputs), y = draw(2, count* outputs), theta = draw(3, 8);
  std::unique_ptr<Descent> descent =
      program.prepare_descent({.x = {x, count}, .y = y, .nonlocal = {}, .is_stopped = {}});
  std::vector<std::size_t> steps = choose_record_steps(30, 6);

  [[nodiscard]] std::vector<double> draw(std::uint64_t seed, std::size_t size) const {
    std::vector<double> numbers(size);
    program.initialise(seed, numbers);
    return numbers;
  }
  [[nodiscard]] Recorder recorder(std::optional<double> learning_rate = rate, Descent* test = nullptr) const {
    GramRequest request;
    request.theta = theta;
    request.x = {x, count};
    return {program, request, to_matrix(y, count), {steps, descent.get(), test, learning_rate}};
  }
  TrainingState train(Recorder& recorder) const {
    Training training(*descent, Gradient::local, {.steps = 30, .learning_rate = rate}, {count, count, 0});
    TrainingState state = training.start(theta);
    training.run(state, [&](TrainingState& now) { recorder.watch(now); }, [](double) { return true; });
    return state;
  }
};

std::size_t column_of(const Recorder& recorder, const std::string& name) {
  const auto& names = recorder.columns();
  const auto found = std::ranges::find(names, name);
  REQUIRE(found != names.end());
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

TEST_CASE("Record steps begin with the first, end with the last, and ascend by about one ratio") {
  using Steps = std::vector<std::size_t>;
  CHECK(choose_record_steps(1000, 5) == Steps{0, 1, 10, 100, 1000});
  CHECK(choose_record_steps(1000, 2) == Steps{0, 1000});
  CHECK(choose_record_steps(1000, 3) == Steps{0, 1, 1000});
  CHECK(choose_record_steps(1, 2) == Steps{0, 1});
  CHECK(choose_record_steps(3, 100) == Steps{0, 1, 2, 3});
  const Steps many = choose_record_steps(4294967295, 200);
  CHECK((many.back() == 4294967295 && many.size() <= 200 && many.size() > 180));
  CHECK(std::ranges::adjacent_find(many, std::greater_equal<>{}) == many.end());
}

TEST_CASE(
    "A linear network decays mode by mode exactly as its initial kernel predicts, and its kernel stays") {
  const LinearTraining linear;
  Recorder recorder = linear.recorder();
  const TrainingState state = linear.train(recorder);
  REQUIRE(state.records.size() == linear.steps.size());
  const double scale = state.records.front()[column_of(recorder, "mode_1")];
  for (const auto& record : state.records) {
    REQUIRE(record.size() == recorder.columns().size());
    for (const char* mode : {"mode_1", "mode_2", "mode_3", "mode_4", "mode_5"}) {
      const double measured = record[column_of(recorder, mode)];
      const double predicted = record[column_of(recorder, std::string(mode) + "_predicted")];
      CHECK(measured == Approx(predicted).epsilon(0).margin(30 * 1e-15 * scale));
    }
    CHECK(record[column_of(recorder, "drift")] == 0);
    CHECK(record[column_of(recorder, "overlap")] == Approx(1).epsilon(1e-14));
    CHECK(record[column_of(recorder, "loss")] <= state.records.front()[1]);
  }
}

TEST_CASE("A record tells how far the parameters have come") {
  const LinearTraining linear;
  Recorder recorder = linear.recorder();
  const TrainingState state = linear.train(recorder);
  double sum = 0;
  for (std::size_t i = 0; i < 8; ++i) sum += std::pow(state.theta[i] - linear.theta[i], 2);
  CHECK(state.records.front()[column_of(recorder, "distance")] == 0);
  CHECK(state.records.back()[column_of(recorder, "distance")] == Approx(std::sqrt(sum)).epsilon(1e-14));
  CHECK(state.records.back()[1] == linear.descent->loss(state.theta));
}

TEST_CASE("Modes are followed where they are asked for, the test loss where there is one") {
  const LinearTraining linear;
  const auto plain = linear.recorder(std::nullopt).columns(),
             watched = linear.recorder(rate, linear.descent.get()).columns();
  CHECK(std::ranges::count(plain, "mode_1") == 0);
  CHECK(std::ranges::count(plain, "test_loss") == 0);
  CHECK(watched[2] == "test_loss");
  CHECK(watched.size() == plain.size() + 11);
}

TEST_CASE("A training that was interrupted goes on with its records") {
  const LinearTraining linear;
  Recorder recorder = linear.recorder(), again = linear.recorder();
  const TrainingState whole = linear.train(recorder);
  Training training(*linear.descent, Gradient::local, {.steps = 30, .learning_rate = rate},
                    {count, count, 0});
  TrainingState state = training.start(linear.theta);
  const auto watch = [&](TrainingState& now) { again.watch(now); };
  CHECK_THROWS_AS(training.run(state, watch, [](double fraction) { return fraction < 0.5; }), Interrupted);
  CHECK((state.step == 14 && state.records.size() < whole.records.size()));
  training.run(state, watch, [](double) { return true; });
  CHECK((state.records == whole.records && state.theta == whole.theta));
}

TEST_CASE("A state is recorded once, and on steps of the plan alone") {
  const LinearTraining linear;
  Recorder recorder = linear.recorder();
  TrainingState state{
      .step = 0, .theta = linear.theta, .velocity = {}, .losses = {}, .test_losses = {}, .records = {}};
  recorder.watch(state);
  recorder.watch(state);
  CHECK(state.records.size() == 1);
  state.step = 29;
  recorder.watch(state);
  CHECK(state.records.size() == 1);
}

// With y_test = f_0(x) on the inputs themselves the loss on test data only grows; with y_test = y it falls.
TEST_CASE("The initial kernel tells to stop at once where the start is best, and never where the end is") {
  const LinearTraining linear;
  const Recorder recorder = linear.recorder();
  Matrix start = xt::empty<double>({count, outputs});
  linear.program.evaluate(linear.theta, {}, {linear.x, count}, {start.data(), start.size()});
  const Matrix y = to_matrix(linear.y, count), &gram = recorder.first_kernel();
  const Schedule schedule{.steps = 20, .learning_rate = rate, .momentum = 0.5};
  CHECK(suggest_last_step(gram, gram, {start, y}, {start, start}, schedule) == 0);
  CHECK(suggest_last_step(gram, gram, {start, y}, {start, y}, schedule) == 20);
}

// One example, one output: f_t = f_0 + (1 − e^{−λt})(y − f_0) meets y_test at t = −log(1 − 0.4)/λ.
TEST_CASE("The initial kernel tells the step where its flow meets the test target") {
  const Matrix gram{{2}}, zero{{0}}, one{{1}};
  const Schedule schedule{.steps = 100, .learning_rate = 0.01, .momentum = 0.5};
  const std::size_t step = suggest_last_step(gram, gram, {zero, one}, {zero, {{0.4}}}, schedule);
  const double exact = -std::log(0.6) / 2 / 0.02;
  CHECK(std::abs(static_cast<double>(step) - exact) <= 1);
}

TEST_CASE("Records are a table of numbers that reads back") {
  const Records records{
      {"step", "loss", "condition_number", "mode_1", "mode_1_predicted"},
      {{0, 0.1, std::numeric_limits<double>::infinity(), 1, 2}, {1000000, 1.0 / 3, 4, 5, 6}}};
  CHECK(to_csv(records) ==
        "step,loss,condition_number,mode_1,mode_1_predicted\n0,0.1,inf,1,2\n1000000,0.3333333333333333,4,5,"
        "6\n");
  const std::string text = to_text(records);
  CHECK(text.find("condition number") != std::string::npos);
  CHECK(text.find("\n\n") != std::string::npos);
  CHECK(text.find("mode 1 predicted") != std::string::npos);
  CHECK(text.find("1000000") != std::string::npos);
}

}  // namespace nntk::tool
