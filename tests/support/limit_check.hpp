// SPDX-License-Identifier: BSD-3-Clause
//
// Checks the infinite-width kernel of every pair of a data set against the recursion in 50 digits.
#pragma once

#include <catch2/catch.hpp>

#include "nntk/kernel/infinite.hpp"
#include "support/gram.hpp"
#include "support/limit_recursion.hpp"
#include "support/tolerance.hpp"

namespace nntk::test {

template <class Network, class T = double>
std::vector<double> limit_gram(InfiniteKind kind, const Data& x) {
  return gram_of(InfiniteKernel<Network, T>(kind, OutputMode::mean), x);
}

/// |found − expected| over √(K_ii K_jj).
inline double limit_error(double found, const Digits50& ii, const Digits50& ij, const Digits50& jj) {
  const Digits50 error = abs(Digits50(found) - ij), scale = sqrt(ii * jj);
  if (error == 0) return 0;
  return scale > 0 ? static_cast<double>(error / scale) : std::abs(found);
}

/// The worst pair of a Gram matrix (n, n), and its error.
struct WorstPair {
  std::size_t i = 0, j = 0;
  double error = 0;
  void note(std::size_t row, std::size_t column, double found) {
    if (!(found <= error)) *this = {row, column, found};
  }
};

/// `recursion` runs the network's layers on a LimitRecursion. Errors are checked in units of the tolerance.
template <class Network, class T = double, class Recursion>
void check_limit(const Data& x, const Recursion& recursion, double tolerance = infinite_tolerance<T>()) {
  const auto nngp = limit_gram<Network, T>(InfiniteKind::nngp, x),
             ntk = limit_gram<Network, T>(InfiniteKind::ntk, x);
  WorstPair of_nngp, of_ntk;
  for (std::size_t i = 0; i < x.count(); ++i) {
    for (std::size_t j = 0; j < x.count(); ++j) {
      LimitRecursion limit(x.sample(i), x.sample(j));
      recursion(limit);
      const std::size_t pair = i * x.count() + j;
      of_nngp.note(i, j, limit_error(nngp[pair], limit.xx.nngp, limit.xy.nngp, limit.yy.nngp) / tolerance);
      of_ntk.note(i, j, limit_error(ntk[pair], limit.xx.ntk, limit.xy.ntk, limit.yy.ntk) / tolerance);
    }
  }
  CAPTURE(of_nngp.i, of_nngp.j, of_ntk.i, of_ntk.j);
  CHECK(of_nngp.error <= 1);
  CHECK(of_ntk.error <= 1);
}

/// Pairs of every kind: general, collinear, opposite, near both, zero, large and small.
inline Data difficult_data() {
  Data x{3, {1,    0.5, -0.25, -0.3, 0.8, 0.6,  2,   1,    -0.5, -1,  -0.5,
             0.25, 0,   0,     0,    1e3, -2e3, 5e2, 1e-5, 2e-5, 3e-5}};
  for (const double angle : {1e-3, 1e-5, 1e-7, 1e-9}) {
    for (const double sign : {1.0, -1.0}) {
      const double turned[]{sign, sign * (0.5 + angle), sign * (-0.25 + 2 * angle)};
      x.values.insert(x.values.end(), turned, turned + 3);
    }
  }
  return x;
}

}  // namespace nntk::test
