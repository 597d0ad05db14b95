// SPDX-License-Identifier: BSD-3-Clause
//
// The functions that an activation may use on any of its arguments: a number, a SIMD batch, or (by argument-
// dependent lookup, tangent/dual.hpp) a dual number. Batches find their own by the same lookup in xsimd, whose
// tanh, exp, sin, cos and log1p were measured at ≤ 2 ulp; its erf was measured at 68 ulp, so erf goes lane by
// lane through the C library.
#pragma once

#include <cmath>
#include <concepts>

#include "nntk/simd.hpp"

namespace nntk {

/// condition ? yes : no; of a batch, in each lane (xsimd::select).
template <std::floating_point T>
constexpr T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}

namespace math {

using std::atan;
using std::cos;
using std::erf;
using std::exp;
using std::floor;
using std::log;
using std::log1p;
using std::pow;
using std::sin;
using std::sqrt;
using std::tanh;

template <class T>
xsimd::batch<T> erf_by_lane(const xsimd::batch<T>& x) {
  alignas(simd::alignment) T lanes[simd::width<T>];
  x.store_aligned(lanes);
  for (T& lane : lanes) lane = std::erf(lane);
  return simd::Batch<T>::load_aligned(lanes);
}
inline simd::Batch<double> erf(const simd::Batch<double>& x) { return erf_by_lane(x); }
inline simd::Batch<float> erf(const simd::Batch<float>& x) { return erf_by_lane(x); }

}  // namespace math

}  // namespace nntk
