// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/kernel/angle.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/digits.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using V = simd::Batch<double>;

constexpr double ulp = std::numeric_limits<double>::epsilon();

AcuteAngle<V> angle_of(double e, double f) { return AcuteAngle<V>(Defects<V>{V(e), V(f)}); }

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

TEST_CASE("A root and its inverse by steps are right to a unit in the last place, wherever x is normal") {
  if constexpr (simd::has_inverse_root_estimate<double>) {
    double worst = 0;
    for (int i = -1022; i <= 1023; ++i) {
      for (const double mantissa : {1.0, 1.1, 1.4142135623730951, 1.73, 1.9999999999999998}) {
        const double x = std::ldexp(mantissa, i);
        const Digits50 exact = sqrt(Digits50(x));
        const auto [root, inverse] = roots_by_steps(V(x));
        worst = std::max(worst, std::abs(static_cast<double>(Digits50(root.get(0)) / exact - 1)));
        worst = std::max(worst, std::abs(static_cast<double>(Digits50(inverse.get(0)) * exact - 1)));
      }
    }
    CHECK(worst <= ulp);
  }
}

TEST_CASE("An angle and its sine keep their digits down to nothing, of pairs of any size") {
  for (const double size : {1.0, 1e-200, 1e200, 1e-300, 1e300}) {
    for (const double share : {1.0, 0.5, 1e-3, 1e-10, 1e-100, 1e-300}) {
      const double e = size * share, f = size * (2 - share);
      if (e < std::numeric_limits<double>::min() || f > 1e300) continue;
      const Digits50 exact = atan(sqrt(Digits50(e) / Digits50(f)));
      const auto found = angle_of(e, f);
      CAPTURE(size, share);
      CHECK(std::abs(static_cast<double>(Digits50(found.half.get(0)) / exact - 1)) <= 4 * ulp);
      CHECK(std::abs(static_cast<double>(Digits50(found.sine.get(0)) / sqrt(Digits50(e) * f) - 1)) <=
            4 * ulp);
    }
  }
  CHECK(angle_of(0, 0).half.get(0) == 0);
  CHECK(angle_of(0, 0).sine.get(0) == 0);
  CHECK(angle_of(0, 2).half.get(0) == 0);
  CHECK(angle_of(0, 2).sine.get(0) == 0);
}
