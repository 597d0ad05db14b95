// SPDX-License-Identifier: BSD-3-Clause
//
// What the laws of all activations share: the moments of a pair behind φ, where they read what was prepared
// of its samples, and what a law is.
//
//   law        rows                    numbers of a sample that its pairs read
//              prepare(variance, row)  turns the variances in the lanes of a row into E[φ²], leaves those
//              rows,
//                                      and returns the share of E[φ²] that they miss
//              of(covariance, rows)    T = E[φ(u)φ(v)] as a covariance, and Ṫ = E[φ'(u)φ'(v)]
//              mean(variance)          E[φ(u)]
//
// By Price's theorem Ṫ = ∂T/∂k, with p and q held.
#pragma once

#include <cstddef>

#include "nntk/expr/tile.hpp"
#include "nntk/kernel/covariance.hpp"

namespace nntk {

/// T as a covariance, and Ṫ.
template <class V>
struct Expected {
  Covariance<V> covariance;
  V slope;
};

/// Rows of features that pairs read: of two samples i in adjacent lanes against all samples j of a tile.
template <class T>
struct PairRows {
  static constexpr std::size_t samples = 2;
  using V = simd::Wide<T, samples * simd::registers_per_row>;
  const T* i;
  const T* j;
  [[nodiscard, gnu::always_inline]] V left(std::size_t row) const {
    V values;
    for (std::size_t k = 0; k < values.registers.size(); ++k)
      values.registers[k] = simd::Batch<T>(i[row * simd::lanes<T> + k / simd::registers_per_row]);
    return values;
  }
  [[nodiscard, gnu::always_inline]] V right(std::size_t row) const {
    V values;
    for (std::size_t k = 0; k < values.registers.size(); ++k)
      values.registers[k] = simd::Batch<T>::load_aligned(j + row * simd::lanes<T> +
                                                         k % simd::registers_per_row * simd::width<T>);
    return values;
  }
  [[nodiscard]] PairRows from_row(std::size_t row) const {
    return {i + row * simd::lanes<T>, j + row * simd::lanes<T>};
  }
};

/// A law that needs no features of a sample beyond its variance.
struct WithoutFeatures {
  static constexpr std::size_t rows = 0;
};

/// For the laws that keep E[φ²] in their first row: `second_moment` of each variance goes there.
template <class T, class Function>
void prepare_second_moment(T* variance, T* row, const Function& second_moment) {
  for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
    row[lane] = variance[lane] = second_moment(variance[lane]);
}

/// E[(φ(u) − φ(v))²]/2 less what the deviations A, B of φ(u) and φ(v) differ by: the defect AB − T.
template <class V>
V defect_of(const V& half_distance, const V& p, const V& q) {
  const V apart = simd::sqrt(p) - simd::sqrt(q);
  return simd::max(half_distance - V(0.5) * apart * apart, V(0));
}

}  // namespace nntk
