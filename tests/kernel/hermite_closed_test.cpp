// SPDX-License-Identifier: BSD-3-Clause
//
// The Hermite series where a closed form exists: Sin, Cos, and Erf as a user would write it.
#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

struct UsersErf {
  template <class X>
  constexpr X operator()(const X& x) const {
    using math::erf;
    return erf(x);
  }
};

/// Variances up to 3; collinear, opposite, nearly so, and zero.
const Data moderate{2, {1, 0.5, -0.3, 0.8, 2, 1, -1, -0.5, 0, 0, 1, 0.5 + 1e-6, 1, 0.5 + 1e-9}};

}  // namespace

TEST_CASE("The Hermite series of Sin and Cos are their closed forms") {
  using Net = Network<Input<2>, Dense<8, Scale{1.2, 0.2}>, Sin, Dense<8>, Cos, Dense<1, Scale{1.0, 0.0}>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(1.2, 0.2), limit.sine();
    limit.dense(1.0, 0.1), limit.cosine();
    limit.dense(1.0, 0.0);
  };
  check_limit<Net>(moderate, recursion, hermite_f64);
  check_limit<Net, float>(moderate, recursion);
}

TEST_CASE("The closed form of Erf is the Hermite series of a user's erf") {
  using Net =
      Network<Input<2>, Dense<8>, Elementwise<UsersErf{}>, Dense<8>, Elementwise<UsersErf{}>, Dense<1>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(1.0, 0.1), limit.erf();
    limit.dense(1.0, 0.1), limit.erf();
    limit.dense(1.0, 0.1);
  };
  check_limit<Net>(moderate, recursion, hermite_f64);
}

TEST_CASE("A Hermite series reports the share of the variance that it misses") {
  // sin(40 z) lives on Hermite terms around 40² = 1600; the series has 256.
  using Net = Network<Input<1>, Dense<8, Scale{1.0, 0.0}>, Sin, Dense<1>>;
  const auto missed = [](double x) {
    const InfiniteKernel<Net, double> kernel(InfiniteKind::nngp, OutputMode::sum);
    CHECK(kernel.missed() == 0);
    const auto variance = gram_of(kernel, Data{1, {x}});
    CHECK(variance[0] > 0);
    return kernel.missed();
  };
  CHECK(missed(1) <= 1e-12);
  CHECK(missed(40) > 0.5);
}
