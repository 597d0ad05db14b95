// SPDX-License-Identifier: BSD-3-Clause
//
// Step functions: φ takes one value on each side of 0 and 0 at 0, and φ' = 0 almost everywhere. What is left
// is the angle, the arc-cosine kernel of order 0 (Cho and Saul 2009):
//
//   T = height − step · angle/π,   Ṫ = 0
#pragma once

#include <numbers>

#include "nntk/kernel/angle.hpp"
#include "nntk/kernel/expected.hpp"

namespace nntk {

/// `height` is E[φ²] of a variable that moves; e = step·angle/π.
template <class V>
[[gnu::noinline]] Expected<V> expect_step(const Covariance<V>& c, double height, double step) {
  const V zero(0), full = simd::broadcast<V>(height), turn = simd::broadcast<V>(step / std::numbers::pi);
  const auto moves = (c.p > zero) && (c.q > zero);
  const V acute = V(2) * AcuteAngle<V>(c.acute()).half;
  const V e = turn * simd::select(c.e <= c.f, acute, simd::broadcast<V>(std::numbers::pi) - acute);
  return {{simd::select(c.p > zero, full, zero), simd::select(c.q > zero, full, zero),
           simd::select(moves, e, zero), simd::select(moves, full + full - e, zero)},
          zero};
}

/// `middle` is E[φ] of a variable that moves.
template <double height, double step, double middle>
struct StepExpectation : WithoutFeatures {
  template <class T>
  static double prepare(T* variance, T* /*rows*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      variance[lane] = static_cast<T>(variance[lane] > 0 ? height : 0);
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    return expect_step(c, height, step);
  }
  static double mean(double variance) { return variance > 0 ? middle : 0.0; }
};

}  // namespace nntk
