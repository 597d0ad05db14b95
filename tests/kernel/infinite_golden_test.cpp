// SPDX-License-Identifier: BSD-3-Clause
//
// Infinite width against the design's goldens.json, which gives 20 digits: entries 01, 02, 04, 05 and 08.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "nntk/kernel/infinite.hpp"
#include "support/gram.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

const Data x_and_y{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6}};

struct Golden {
  double xx, xy, yy;
};

template <class Network>
void check_golden(InfiniteKind kind, const Golden& expected, double tolerance = infinite_f64) {
  const auto found = gram_of(InfiniteKernel<Network, double>(kind, OutputMode::mean), x_and_y);
  const double scale = std::sqrt(expected.xx * expected.yy);
  CHECK(std::abs(found[0] - expected.xx) <= tolerance * expected.xx);
  CHECK(std::abs(found[1] - expected.xy) <= tolerance * scale);
  CHECK(std::abs(found[3] - expected.yy) <= tolerance * expected.yy);
  CHECK(found[2] == found[1]);
}

constexpr Scale he{std::numbers::sqrt2, 0.1}, cookbook{1.5, 0.05}, wide{1.2, 0.2}, unit{1.0, 0.1};

}  // namespace

TEST_CASE("Relu of depth 3 in He scaling meets its golden values (entry 01)") {
  using Golden01 = Network<Input<3>, Dense<8, he>, Relu, Dense<8, he>, Relu, Dense<1, he>>;
  check_golden<Golden01>(InfiniteKind::nngp, {0.905, 0.41074963289118024224, 0.75666666666666666667});
  check_golden<Golden01>(InfiniteKind::ntk, {2.685, 0.55743538740290749946, 2.24});
}

TEST_CASE("Opposite and zero inputs of Relu without bias meet their golden values (entry 02)") {
  using Golden02 = Network<Input<3>, Dense<8, Scale{std::numbers::sqrt2, 0}>, Relu, Dense<1, Scale{1, 0}>>;
  const Data x{3, {1, 0.5, -0.25, -1, -0.5, 0.25, 0, 0, 0}};
  for (const auto& [kind, diagonal] :
       {std::pair{InfiniteKind::nngp, 0.4375}, std::pair{InfiniteKind::ntk, 0.875}}) {
    const auto found = gram_of(InfiniteKernel<Golden02, double>(kind, OutputMode::mean), x);
    CHECK(std::abs(found[0] - diagonal) <= infinite_f64 * diagonal);
    CHECK(std::abs(found[1]) <= infinite_f64 * diagonal);  // x, −x
    CHECK(found[2] == 0);                                  // x, 0
    CHECK(found[8] == 0);                                  // 0, 0
  }
}

TEST_CASE("Erf of depth 3 meets its golden values (entry 04)") {
  using Golden04 = Network<Input<3>, Dense<8, cookbook>, Erf, Dense<8, cookbook>, Erf, Dense<1, cookbook>>;
  check_golden<Golden04>(InfiniteKind::nngp,
                         {1.0653485388240751373, -0.029252484089454576652, 1.0314679084245904947});
  check_golden<Golden04>(InfiniteKind::ntk,
                         {3.9802120291729709174, -0.095159948946107079477, 3.7606289489756329748});
}

TEST_CASE("Gelu of depth 3 meets its golden values (entry 05)") {
  using Golden05 = Network<Input<3>, Dense<8, wide>, Gelu, Dense<8, wide>, Gelu, Dense<1, wide>>;
  check_golden<Golden05>(InfiniteKind::nngp,
                         {0.26529954342000474489, 0.10300752980457158283, 0.22142735433820534967});
  check_golden<Golden05>(InfiniteKind::ntk,
                         {0.74241283209903742442, 0.14598937788286695143, 0.6009417492479732192});
}

TEST_CASE("Sign meets its golden values, and its tangent is that of the last layer (entry 08)") {
  using Golden08 = Network<Input<3>, Dense<8, unit>, Sign, Dense<1, unit>>;
  check_golden<Golden08>(InfiniteKind::nngp, {1.01, -0.00038396505070844245659, 1.01});
  check_golden<Golden08>(InfiniteKind::ntk, {1.01, -0.00038396505070844245659, 1.01});
}
