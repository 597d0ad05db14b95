// SPDX-License-Identifier: BSD-3-Clause
//
// The Hermite series where a closed form exists: built-in activations as a user would write them. The two
// share nothing but φ.
#include "support/law_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

template <class A>
struct Users {
  template <class X>
  constexpr X operator()(const X& x) const {
    return A::apply(x);
  }
};
template <class A>
using Series = Elementwise<Users<A>{}>;

/// Both laws at pairs of variances up to 1: parallel, opposite and between.
template <class A>
void check_series() {
  for (const double q : {1.0, 0.64, 0.25}) {
    const double slopes =
        std::sqrt(LawAt<A, double>(pair_of(1, 1, 0)).slope * LawAt<A, double>(pair_of(q, q, 0)).slope);
    for (const double share : {0.0, 1e-9, 0.3, 1.4, 2.0}) {
      const LawAt<A, double> closed(pair_of(1, q, share));
      const LawAt<Series<A>, double> series(pair_of(1, q, share));
      const Covariance<double>& c = series.covariance;
      const double unit = std::sqrt(c.p * c.q);
      CAPTURE(A::name, q, share);
      CHECK(std::abs(closed.p - c.p) <= hermite_f64 * c.p);
      CHECK(std::abs(closed.covariance.e - c.e) <= hermite_f64 * unit);
      CHECK(std::abs(closed.covariance.f - c.f) <= hermite_f64 * unit);
      CHECK(std::abs(closed.slope - series.slope) <= hermite_f64 * slopes);
    }
  }
}

/// Variances up to 3; collinear, opposite, nearly so, and zero.
const Data moderate{2, {1, 0.5, -0.3, 0.8, 2, 1, -1, -0.5, 0, 0, 1, 0.5 + 1e-6, 1, 0.5 + 1e-9}};

}  // namespace

TEST_CASE("The Hermite series of waves are their closed forms") {
  check_series<Sin>(), check_series<Cos>(), check_series<Rbf>();
}

TEST_CASE("The Hermite series of Exp, Gaussian and Gabor are their closed forms") {
  check_series<Exp>(), check_series<Gaussian>(), check_series<Gabor>();
}

TEST_CASE("The Hermite series of Gelu and SigmoidLike are their closed forms") {
  check_series<Gelu>(), check_series<SigmoidLike>();
}

TEST_CASE("The Hermite series of polynomials are their closed forms") {
  check_series<Monomial<3>>(), check_series<Hermite<4>>(), check_series<Polynomial<0.5, -1.0, 0.25, 2.0>>();
}

TEST_CASE("The Hermite series of Sin and Cos are their closed forms through layers") {
  using Net = Network<Input<2>, Dense<8, Scale{1.2, 0.2}>, Series<Sin>, Dense<8>, Series<Cos>,
                      Dense<1, Scale{1.0, 0.0}>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(1.2, 0.2), limit.sine();
    limit.dense(1.0, 0.1), limit.cosine();
    limit.dense(1.0, 0.0);
  };
  check_limit<Net>(moderate, recursion, hermite_f64);
  check_limit<Net, float>(moderate, recursion);
}

TEST_CASE("The Hermite series of Erf is its closed form through layers") {
  using Net = Network<Input<2>, Dense<8>, Series<Erf>, Dense<8>, Series<Erf>, Dense<1>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(1.0, 0.1), limit.erf();
    limit.dense(1.0, 0.1), limit.erf();
    limit.dense(1.0, 0.1);
  };
  check_limit<Net>(moderate, recursion, hermite_f64);
}

TEST_CASE("A Hermite series reports the share of the variance that it misses") {
  // sin(40 z) lives on Hermite terms around 40² = 1600; the series has 256.
  using Net = Network<Input<1>, Dense<8, Scale{1.0, 0.0}>, Series<Sin>, Dense<1>>;
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
