// SPDX-License-Identifier: BSD-3-Clause
//
// What a program answers where the infinite-width limit does not exist, or not to the promised accuracy.
#include <array>
#include <catch2/catch.hpp>

#include "nntk/tool/specialised_program.hpp"

namespace {

using namespace nntk;
using namespace nntk::tool;

void run_infinite(const Program& program) {
  const std::array x{1.0, 2.0};
  std::array<double, 4> out{};
  GramRequest request;
  request.kernel = KernelKind::ntk_infinite, request.x = {x, 2}, request.out = out;
  program.gram(request);
}

}  // namespace

TEST_CASE("A program without an infinite width says so") {
  const SpecialisedProgram<Network<Input<1>, Relu, Dense<1>>, double> program;
  CHECK_FALSE(program.describe().has_infinite_width);
  CHECK_THROWS_AS(run_infinite(program), UsageError);
}

TEST_CASE("A program whose activation is too rough for its Hermite series says so") {
  const SpecialisedProgram<Network<Input<1>, Dense<1, Scale{40, 0}>, Sin, Dense<1>>, double> program;
  CHECK(program.describe().has_infinite_width);
  CHECK_THROWS_AS(run_infinite(program), DataError);
}
