// SPDX-License-Identifier: BSD-3-Clause
//
// Every tolerance of the tests, derived once. u is the unit round-off: 1.1e-16 in f64, 6.0e-8 in f32.
//
//   claim                                  bound    why
//   local kernel, f64                      1e-13    three sweeps of in-order sums, each of which errs by
//                                                   at most n·u of Σ|terms|: 3 · 300 · u
//   local kernel, f32                      2e-6     the same sums, whose errors in fact add like √n:
//                                                   2 · √300 · u
//   closed forms of infinite width, f64    1e-14    the promise; non-negative sums, 90 u
//   closed forms of infinite width, f32    1e-5     160 u
//   Hermite series against quadrature      1e-12    256 terms, 256 · 16 u, and as much for a layer above
//   split quadrature of kinked functions   1e-12    400 panels and nodes in each direction: √400² · u, and as
//                                                   much for two layers above
//   one function of a number, f64          4e-15    tanh, exp, sin: 2 ulp each, a chain of a few: 36 u
//   a sum of n products                    n · u    of Σ|products|: Higham 2002, eq. 3.5, first order
//   statistics                             5        standard errors: a right law fails once in 2 million
//
// "Of √(K_ii K_jj)" is how all kernels are compared: a pair's value may be any small part of it.
#pragma once

#include <cstddef>
#include <limits>

namespace nntk::test {

inline constexpr double local_f64 = 1e-13;
inline constexpr double local_f32 = 2e-6;
inline constexpr double infinite_f64 = 1e-14;
inline constexpr double infinite_f32 = 1e-5;
inline constexpr double hermite_f64 = 1e-12;
inline constexpr double kinked_f64 = 1e-12;
inline constexpr double function_f64 = 4e-15;
inline constexpr double standard_errors = 5;

/// Of an in-order sum of `terms` products, relative to the sum of their magnitudes; one more for a final
/// scaling.
template <class T>
constexpr double sum_tolerance(std::size_t terms) {
  return static_cast<double>(terms + 2) * static_cast<double>(std::numeric_limits<T>::epsilon()) / 2;
}

template <class T>
constexpr double local_tolerance() {
  return sizeof(T) == sizeof(double) ? local_f64 : local_f32;
}

template <class T>
constexpr double infinite_tolerance() {
  return sizeof(T) == sizeof(double) ? infinite_f64 : infinite_f32;
}

}  // namespace nntk::test
