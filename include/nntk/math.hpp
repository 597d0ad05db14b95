// SPDX-License-Identifier: BSD-3-Clause
//
// The functions that an activation may use on any of its arguments: a number, a SIMD batch, or (by argument-
// dependent lookup, tangent/dual.hpp) a dual number. Batches find most of their own by the same lookup in
// xsimd, whose tanh, exp, log and log1p were measured at ≤ 2 ulp. Lane by lane through the C library go erf,
// of which xsimd's was measured at 68 ulp, and sin and cos, which xsimd reduces by what the *other* lanes
// hold, so that the bits of a sample would depend on its neighbours.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>

#include "nntk/simd.hpp"

namespace nntk {

/// condition ? yes : no; of a batch, in each lane (xsimd::select).
template <std::floating_point T>
constexpr T select(bool condition, T yes, T no) {
  return condition ? yes : no;
}

/// The number itself; of a dual number, its value.
template <std::floating_point T>
constexpr double value_of(T x) {
  return static_cast<double>(x);
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

/// xⁿ, by n − 1 products.
template <std::size_t n, class X>
X power(const X& x) {
  X product = x;
  for (std::size_t factor = 1; factor < n; ++factor) product = product * x;
  return product;
}
constexpr double factorial(std::size_t n) { return n > 1 ? static_cast<double>(n) * factorial(n - 1) : 1.0; }
/// n!! = n (n − 2) (n − 4) ⋯ down to 2 or 1; of 0 and −1 it is 1.
constexpr double double_factorial(int n) { return n > 1 ? n * double_factorial(n - 2) : 1.0; }

template <class T, class Function>
xsimd::batch<T> by_lane(const xsimd::batch<T>& x, Function f) {
  alignas(simd::alignment) T lanes[simd::width<T>];
  x.store_aligned(lanes);
  for (T& lane : lanes) lane = f(lane);
  return simd::Batch<T>::load_aligned(lanes);
}
inline simd::Batch<double> erf(const simd::Batch<double>& x) {
  return by_lane(x, [](double lane) { return std::erf(lane); });
}
inline simd::Batch<float> erf(const simd::Batch<float>& x) {
  return by_lane(x, [](float lane) { return std::erf(lane); });
}
inline simd::Batch<double> sin(const simd::Batch<double>& x) {
  return by_lane(x, [](double lane) { return std::sin(lane); });
}
inline simd::Batch<float> sin(const simd::Batch<float>& x) {
  return by_lane(x, [](float lane) { return std::sin(lane); });
}
inline simd::Batch<double> cos(const simd::Batch<double>& x) {
  return by_lane(x, [](double lane) { return std::cos(lane); });
}
inline simd::Batch<float> cos(const simd::Batch<float>& x) {
  return by_lane(x, [](float lane) { return std::cos(lane); });
}

}  // namespace math

}  // namespace nntk
