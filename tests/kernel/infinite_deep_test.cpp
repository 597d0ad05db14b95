// SPDX-License-Identifier: BSD-3-Clause
//
// Infinite width through 64 layers, where every pair becomes nearly collinear, against the recursion in 50 digits.
#include <numbers>

#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr Scale he{std::numbers::sqrt2, 0.1}, no_bias{std::numbers::sqrt2, 0.0};

}  // namespace

TEST_CASE("Relu of depth 64 keeps fourteen digits for every kind of pair") {
  using Deep = Network<Input<3>, Repeat<32, Dense<4, he>, Relu, Dense<4, no_bias>, Relu>, Dense<1, he>>;
  check_limit<Deep>(difficult_data(), [](LimitRecursion& limit) {
    for (int twice = 0; twice < 32; ++twice) {
      limit.dense(he.weight, he.bias), limit.rectifier(1, 0);
      limit.dense(no_bias.weight, 0), limit.rectifier(1, 0);
    }
    limit.dense(he.weight, he.bias);
  });
}
