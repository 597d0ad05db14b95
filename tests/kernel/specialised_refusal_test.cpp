// SPDX-License-Identifier: BSD-3-Clause
//
// What a program answers where the infinite-width limit does not exist, or not to the promised accuracy, and
// where attention leaves nothing to average.
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "nntk/tool/specialised_program.hpp"

namespace {

using namespace nntk;
using namespace nntk::tool;

template <class Net>
void run_infinite(double scale = 1) {
  const std::array x{scale, 2 * scale};
  std::array<double, 4> out{};
  GramRequest request;
  request.x = {x, 2};
  InfiniteEvaluation<Net, double>(request, InfiniteKind::ntk).run({out});
}

}  // namespace

TEST_CASE("A program without an infinite width says so") {
  const SpecialisedProgram<Network<Input<1>, Relu, Dense<1>>, double> program;
  CHECK_FALSE(program.describe().has_infinite_width);
  GramRequest request;
  request.kernel = KernelKind::ntk_infinite;
  CHECK_THROWS_AS(program.prepare(request), UsageError);
}

TEST_CASE("A kernel whose activation is too rough for its Hermite series says so") {
  using Net = Network<Input<1>, Dense<1, Scale{40, 0}>, Tanh, Dense<1>>;
  STATIC_REQUIRE(has_infinite_width<Net>);
  CHECK_THROWS_AS(run_infinite<Net>(), DataError);
}

TEST_CASE("A kernel whose activation has more kinks than can be integrated between says so") {
  using Net = Network<Input<1>, Dense<1>, Quantize, Dense<1>>;
  for (const double x : {1e3, 1e17, 1e160}) CHECK_THROWS_AS(run_infinite<Net>(x), DataError);
}

TEST_CASE("A kernel whose attention leaves one displacement says so, unless the estimator has use for one") {
  using Net = Network<Input<1>, Dense<2>, Tanh, Dense<1>>;
  const std::vector<double> theta = initial_parameters<Net>(0);
  const std::array x{1.0, 2.0};
  std::array<double, 4> out{};
  GramRequest request;
  request.theta = theta, request.x = {x, 2};
  request.nonlocal.samples = 8;
  request.nonlocal.attention = AttentionKind::dot, request.nonlocal.temperature = 1e-300;
  const auto run = [&] {
    NonlocalEvaluation<Net, double>(request, make_interaction<Net, double>(request.nonlocal)).run({out});
  };
  CHECK_NOTHROW(run());
  request.nonlocal.estimator = Estimator::unbiased;
  CHECK_THROWS_WITH(run(), Catch::Contains("raise the temperature"));
  request.nonlocal.attention = AttentionKind::own;
  CHECK_THROWS_WITH(run(), Catch::Contains("raise the temperature"));
  request.nonlocal.temperature = 1;
  CHECK_NOTHROW(run());
}
