// SPDX-License-Identifier: BSD-3-Clause
//
// Expectations of one activation alone, at the corners of the covariance, and of the step functions.
#include "nntk/kernel/expectation.hpp"

#include <numbers>

#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// E[φφ'] of a step from `below` to `above`: the quadrants of a Gaussian pair. A constant 0 is mapped to 0.
void step(LimitRecursion& limit, double below, double above) {
  limit.activation([&](const Digits50& p, const Digits50& q, const Digits50& k) {
    if (p == 0 || q == 0) return PairLimit{};
    const Digits50 cosine = std::clamp<Digits50>(k / sqrt(p * q), -1, 1);
    const Digits50 apart = acos(cosine) / boost::math::constants::pi<Digits50>();
    const Digits50 together = (Digits50(above) * above + Digits50(below) * below) / 2;
    return PairLimit{together * (1 - apart) + Digits50(above) * below * apart, 0};
  });
}

template <class A>
void check_step(double below, double above) {
  check_limit<Network<Input<3>, Dense<8, Scale{1.5, 0.0}>, A, Dense<1>>>(difficult_data(),
                                                                         [&](LimitRecursion& limit) {
                                                                           limit.dense(1.5, 0.0);
                                                                           step(limit, below, above);
                                                                           limit.dense(1.0, 0.1);
                                                                         });
}

}  // namespace

TEST_CASE("Steps in infinite width are right for every kind of pair") {
  check_step<Sign>(-1, 1);
  check_step<Heaviside>(0, 1);
}

TEST_CASE(
    "A rectifier splits a perfectly correlated pair's variance, and leaves nothing of an opposite one") {
  using V = simd::Batch<double>;
  const Defects<V> same{V(0.0), V(4.0)}, opposite{V(4.0), V(0.0)};
  const auto relu = [](const Defects<V>& c) { return expect_rectified<1, 1.0, 0.0>(c); };
  CHECK(relu(same).defects.k().get(0) == Approx(1.0).epsilon(1e-15));
  CHECK(relu(same).slope.get(0) == Approx(0.5).epsilon(1e-15));
  CHECK(std::abs(relu(opposite).defects.k().get(0)) <= 1e-15);
  CHECK(relu(opposite).slope.get(0) == 0);
}
