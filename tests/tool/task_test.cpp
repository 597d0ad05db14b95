// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/task.hpp"

#include <catch2/catch.hpp>
#include <numeric>

#include "../../src/tool/matrix.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

io::Array column(std::vector<double> values) { return {{values.size()}, values}; }

io::Array ramp(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 0.0);
  return column(values);
}

}  // namespace

TEST_CASE("Few whole numbers are labels, anything else is values") {
  CHECK(guess_task(column({0, 1, 2, 1})) == Task::classification);
  CHECK(guess_task(column({0, 1, 2.5})) == Task::regression);
  CHECK(guess_task(ramp(20)) == Task::classification);
  CHECK(guess_task(ramp(21)) == Task::regression);
  CHECK(guess_task({{2, 2}, {0, 1, 1, 0}}) == Task::regression);
}

TEST_CASE("Scores become the labels of y, and are scored by their share that is right") {
  const Problem problem(column({3, 7, 3}), std::nullopt);
  CHECK(problem.outputs() == 2);
  const io::Array predicted = problem.decode(to_matrix(std::vector{0.9, 0.1, 0.2, 0.8}, 2));
  CHECK(predicted.values == std::vector<double>{3, 7});
  CHECK(problem.score(predicted, column({3, 3})) == 0.5);
}

TEST_CASE("Other targets have the codes of the fit, unless one is a label that it has not seen") {
  const Problem problem(column({3, 7, 3}), std::nullopt);
  CHECK((problem.codes(column({7})).value() == Matrix{{-0.5, 0.5}}));
  CHECK_FALSE(problem.codes(column({7, 5})).has_value());
  CHECK((Problem(column({0.5, 1}), std::nullopt).codes(column({9})).value() == Matrix{{9}}));
}

TEST_CASE("Values of several outputs keep their columns") {
  const Problem problem({{2, 2}, {0.5, 1, 1.5, 2}}, std::nullopt);
  CHECK(problem.task() == Task::regression);
  const io::Array predicted = problem.decode(to_matrix(std::vector{1.0, 2.0, 3.0, 4.0}, 2));
  CHECK(predicted.shape == std::vector<std::size_t>{2, 2});
  CHECK(problem.score(predicted, predicted) == 1);
}

TEST_CASE("The cross-entropy compares with exactly one-hot labels, also of other samples") {
  const Problem problem(column({3, 7, 9, 3}), std::nullopt);
  CHECK((problem.targets_of(Loss::squared) == problem.codes()));
  CHECK((problem.targets_of(Loss::cross_entropy) == Matrix{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}}));
  CHECK((problem.targets_of(Loss::cross_entropy, column({9})) == Matrix{{0, 0, 1}}));
  CHECK_THROWS_AS(problem.targets_of(Loss::squared, column({4})), DataError);
  const Problem values(column({0.5, 1.5}), std::nullopt);
  CHECK_THROWS_AS(values.targets_of(Loss::cross_entropy), UsageError);
  CHECK((values.targets_of(Loss::squared, column({7, 8, 9})) == Matrix{{7}, {8}, {9}}));
}

TEST_CASE("A score is a share of labels or an R^2") {
  CHECK(score_row(Task::classification, 0.975) == std::vector<std::string>{"accuracy", "97.50 %"});
  CHECK(score_row(Task::regression, 0.5) == std::vector<std::string>{"R^2", "0.5"});
}

TEST_CASE("A classification has one label a sample, of at least two kinds") {
  CHECK_THROWS_AS(Problem({{2, 2}, {0, 1, 1, 0}}, Task::classification), UsageError);
  CHECK_THROWS_AS(Problem(column({4, 4}), std::nullopt), DataError);
}

}  // namespace nntk::tool
