// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/kernel/angle.hpp"

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using Digits50 = boost::multiprecision::cpp_bin_float_50;
using V = simd::Batch<double>;

constexpr double ulp = std::numeric_limits<double>::epsilon();

Angle<V> angle_of(double e, double f) { return Angle<V>(Covariance<V>{V(1), V(1), V(e), V(f)}); }

}  // namespace

TEST_CASE("The arctangent of every number from 0 to 1 is right to two units in the last place") {
  double worst = 0;
  for (int i = 0; i <= 4000; ++i) {
    const double t = i < 2000 ? i / 2000.0 : std::exp2(-0.5 * (i - 2000));
    const Digits50 exact = atan(Digits50(t));
    const double found = arctangent_to_one(V(t)).get(0);
    if (t > 0) worst = std::max(worst, std::abs(static_cast<double>((Digits50(found) - exact) / exact)));
  }
  CHECK(arctangent_to_one(V(0.0)).get(0) == 0);
  CHECK(worst <= 2 * ulp);
}

TEST_CASE("An angle, its supplement and its sine keep their digits near 0 and near a half turn") {
  for (const double e : {1.0, 0.5, 1e-3, 1e-10, 1e-100, 1e-300}) {
    const double f = 2 - e;
    const Digits50 exact = 2 * atan(sqrt(Digits50(e) / Digits50(f)));
    const auto near = angle_of(e, f), opposite = angle_of(f, e);
    for (const double found : {near.angle.get(0), opposite.supplement.get(0)})
      CHECK(std::abs(static_cast<double>(Digits50(found) / exact - 1)) <= 4 * ulp);
    CHECK(std::abs(static_cast<double>(Digits50(near.sine.get(0)) / sqrt(Digits50(e) * f) - 1)) <= 4 * ulp);
  }
  CHECK(angle_of(0, 0).angle.get(0) == 0);
  CHECK(angle_of(0, 0).sine.get(0) == 0);
}
