// SPDX-License-Identifier: BSD-3-Clause
#include <nntk/io/process.hpp>

#include <catch2/catch.hpp>

#include "nntk/error.hpp"

using nntk::io::find_program;
using nntk::io::run_filter;
using nntk::io::run_program;

TEST_CASE("A filter takes all of its input, however much it writes meanwhile") {
  std::string input;
  for (int i = 0; i < 300'000; ++i) input += std::to_string(i) + '\0';
  const auto outcome = run_filter({"cat"}, input);
  CHECK(outcome.succeeded);
  CHECK((outcome.output == input));
  CHECK(outcome.complaints.empty());
}

TEST_CASE("A filter's complaints are kept from its output, a program's are not") {
  const auto filtered = run_filter({"sh"}, "echo bad >&2; echo good; exit 3");
  CHECK_FALSE(filtered.succeeded);
  CHECK(filtered.output == "good\n");
  CHECK(filtered.complaints == "bad\n");
  const auto run = run_program({"sh", "-c", "echo bad >&2; cat; echo good"});
  CHECK(run.succeeded);
  CHECK(run.output == "bad\ngood\n");
}

TEST_CASE("A program that is nowhere is not found, and cannot be started") {
  CHECK(find_program("sh").has_value());
  CHECK_FALSE(find_program("no-program-of-this-name").has_value());
  CHECK_THROWS_WITH(run_program({"./no-program-of-this-name"}), Catch::Contains("cannot start"));
}

TEST_CASE("A program that the user stops is an interruption") {
  CHECK_THROWS_AS(run_filter({"sh"}, "kill -INT $$"), nntk::Interrupted);
}
