// SPDX-License-Identifier: BSD-3-Clause
#include <catch2/catch.hpp>
#include <cmath>

#include "../../src/tool/contenders.hpp"
#include "../../src/tool/contest.hpp"
#include "nntk/error.hpp"
#include "tool/linear_program.hpp"

namespace nntk::tool {

TEST_CASE("The median is the middle of an odd number, and between the middle two of an even one") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
}

TEST_CASE("A difference is measured against the diagonal") {
  CHECK(measure_difference({4, 1, 1, 9}, {4, 1, 1, 9}, {2}).largest == 0);
  CHECK(measure_difference({4, 1, 1, 9}, {4, 1.6, 1, 9}, {2}).largest == Approx(0.1));
  CHECK(std::isinf(measure_difference({0, 0, 0, 0}, {0, 1, 0, 0}, {2}).largest));
  CHECK(std::isinf(measure_difference({1, 0, 0, 1}, {1, std::nan(""), 0, 1}, {2}).largest));
}

TEST_CASE("An entry of two outputs is measured against those of both") {
  const std::vector<double> a{4, 1, 1, 9}, b{4, 1.6, 1, 9};
  CHECK(measure_difference(a, b, {1, OutputMode::full, 2}).largest == Approx(0.1));
  CHECK(measure_difference({4, 9}, {4, 9.9}, {1, OutputMode::diagonal, 2}).largest == Approx(0.1));
}

TEST_CASE("Of inputs at kinks as many may differ as are permitted") {
  const std::vector<double> ones(9, 1.0), apart{1, 1, 1.5, 1, 1, 1.5, 1.5, 1.5, 1},
      nowhere{1, 2, 2, 2, 1, 2, 2, 2, 1};
  CHECK(measure_difference(ones, apart, {3}, {1e-6, 0}).largest == 0.5);
  CHECK(measure_difference(ones, apart, {3}, {0.6, 1}).largest == 0.5);
  CHECK(measure_difference(ones, apart, {3}, {1e-6, 1}).largest == 0);
  CHECK(measure_difference(ones, apart, {3}, {1e-6, 2}).outliers == 1);
  CHECK(measure_difference(ones, nowhere, {3}, {1e-6, 1}).largest == 1);
  CHECK(std::isinf(measure_difference({1, 0, 0, 1}, {1, std::nan(""), 0, 1}, {2}, {1e-6, 2}).largest));
}

TEST_CASE("Units close to a kink are expected where rounding is coarse and slopes jump") {
  const test::LinearProgram program(5, 3);
  Work work = make_work(program, KernelKind::ntk, 40);
  const auto kinked = [](double x) { return x > 0 ? 1.0 : 0.0; };
  work.description.layers.push_back(
      {.name = "Relu", .out = 10'000, .blocks = {}, .children = {}, .activation_derivative = kinked});
  CHECK(tolerance_of(work).outliers == 0);
  work.description.scalar = "f32";
  CHECK(tolerance_of(work).outliers == 4);  // 16 eps of 400,000 units of density 0.8, 0.6, and 5 deviations
  work.description.layers.back().activation_derivative = [](double x) { return x; };
  CHECK(tolerance_of(work).outliers == 0);
}

TEST_CASE("Contenders that disagree are not timed") {
  const auto nothing = [] {};
  const auto one = [] { return std::vector<double>{1}; };
  const auto two = [] { return std::vector<double>{2}; };
  std::vector<Contender> contenders{{"a", nothing, one}, {"b", nothing, two}};
  CHECK_THROWS_WITH(require_agreement(contenders, {1}, {1e-12}), Catch::Contains("a and b disagree"));
  CHECK(require_agreement(contenders, {1}, {2}).largest == 1);
}

TEST_CASE("Contenders run in turn, as often as asked") {
  std::string order;
  const auto nothing = [] { return std::vector<double>(); };
  std::vector<Contender> contenders{{"a", [&] { order += 'a'; }, nothing},
                                    {"b", [&] { order += 'b'; }, nothing, 0, 2}};
  CHECK(time_in_turn(contenders, 3, [](double) { return true; }) == 3);
  CHECK(order == "ababa");
  CHECK(contenders[1].seconds.size() == 2);
  CHECK_THROWS_AS(time_in_turn(contenders, 3, [](double) { return false; }), Interrupted);
}

TEST_CASE("The twin and forward mode agree with a kernel known in closed form") {
  const test::LinearProgram program(5, 3);
  const Work work = make_work(program, KernelKind::ntk, 40);
  auto contenders = make_contenders(work);
  REQUIRE(contenders.size() == 5);
  CHECK((contenders[1].name == "sweeps" && !contenders[1].result));
  CHECK(require_agreement(contenders, {work.n}, tolerance_of(work)).largest < 1e-14);
  CHECK(count_multiply_adds(work).all == Approx(0.5 * 40 * 41 * 5));
}

TEST_CASE("Forward mode is left out where it would take hours") {
  const test::LinearProgram program(784, 1000);
  const Work work = make_work(program, KernelKind::ntk, 8);
  CHECK(explain_missing_jets(work).find("n P^2") != std::string::npos);
  CHECK(make_contenders(work).size() == 4);
}

}  // namespace nntk::tool
