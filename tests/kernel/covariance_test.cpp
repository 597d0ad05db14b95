// SPDX-License-Identifier: BSD-3-Clause
//
// The covariance of a pair as (p, q, e, f): nothing is lost near parallel and opposite pairs.
#include "nntk/kernel/covariance.hpp"

#include "nntk/kernel/angle.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

namespace {

using namespace nntk;
using V = simd::Batch<double>;

/// Deviations a and b at an angle: e = 2 ab sin²(θ/2), f = 2 ab cos²(θ/2).
Covariance<V> at_angle(double a, double b, double angle) {
  const double sine = std::sin(angle / 2), cosine = std::cos(angle / 2);
  return {V(a * a), V(b * b), V(2 * a * b * sine * sine), V(2 * a * b * cosine * cosine)};
}
double first(const V& v) { return v.get(0); }

}  // namespace

TEST_CASE("The angle of a pair is that of the acute one, whichever way its samples point") {
  for (const double angle : {1e-12, 1e-9, 1e-3, 0.5, 1.5}) {
    for (const bool is_turned : {false, true}) {
      Covariance<V> c = at_angle(2.0, 3.0, angle);
      if (is_turned) std::swap(c.e, c.f);
      const AcuteAngle<V> found(c.acute());
      CHECK(first(found.half) == Approx(angle / 2).epsilon(1e-15));
      CHECK(first(found.sine) == Approx(6 * std::sin(angle)).epsilon(2e-15));
    }
  }
}

TEST_CASE("A covariance tells the mean of uv and the deviations") {
  const auto c = at_angle(2.0, 3.0, 1.0);
  CHECK(first(c.k()) == Approx(6 * std::cos(1.0)).epsilon(1e-15));
  CHECK(first(c.deviations()) == Approx(6.0).epsilon(1e-15));
  CHECK(first(c.scaled(ExactSquare(2.0)).k()) == Approx(24 * std::cos(1.0)).epsilon(1e-15));
}

TEST_CASE(
    "A sum of independent pairs has the sum of the covariances, and a defect that Cauchy's inequality adds") {
  const auto a = at_angle(2.0, 3.0, 1e-6), b = at_angle(1.0, 5.0, 2e-6), sum = a + b;
  CHECK(first(sum.p) == 5.0);
  CHECK(first(sum.q) == 34.0);
  CHECK(first(sum.k()) == Approx(first(a.k()) + first(b.k())).epsilon(1e-15));
  // √(5·34) − (6 + 5) = 49/(√170 + 11), and the two defects, which are of order 1e-12.
  CHECK(first(sum.e) == Approx(49 / (std::sqrt(170.0) + 11)).epsilon(1e-11));
}

TEST_CASE("A constant moves both sides alike, and zero variance is no trouble") {
  const auto zero = at_angle(0.0, 0.0, 0.0), constant = Covariance<V>::constant(V(0.25)),
             sum = zero + constant;
  CHECK(first(constant.k()) == 0.25);
  CHECK(first(sum.e) == 0);
  CHECK(first(sum.k()) == 0.25);
  CHECK(first(AcuteAngle<V>(zero.acute()).half) == 0);
  const auto parallel = at_angle(2.0, 2.0, 0.0) + constant;
  CHECK(first(parallel.e) == 0);
}

TEST_CASE("A scale is squared to twice the precision") {
  const ExactSquare two(std::numbers::sqrt2);
  const long double exact = static_cast<long double>(std::numbers::sqrt2) * std::numbers::sqrt2;
  CHECK(static_cast<double>(exact - two.high) == two.low);
  CHECK(two.low != 0);
  CHECK(first(two.times(V(3.0))) == static_cast<double>(3 * exact));
}
