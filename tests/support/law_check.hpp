// SPDX-License-Identifier: BSD-3-Clause
//
// The law of one activation, at pairs of every kind, against a formula in 50 digits.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "nntk/kernel/expectation.hpp"
#include "support/closed_forms.hpp"
#include "support/limit_check.hpp"

namespace nntk::test {

/// A pair as the recursion carries it; `share` is e/ab, 0 of parallel and 2 of opposite ones.
inline Covariance<double> pair_of(double p, double q, double share) {
  const double bound = std::sqrt(p) * std::sqrt(q);
  if (share <= 1) return {p, q, share * bound, 2 * bound - share * bound};
  return {p, q, 2 * bound - (2 - share) * bound, (2 - share) * bound};
}

/// What the law of A makes of a pair, by its first lane.
template <class A, class T>
struct LawAt {
  T p;
  Covariance<T> covariance;
  T slope;

  explicit LawAt(const Covariance<double>& c) {
    using V = typename PairRows<T>::V;
    constexpr std::size_t lanes = simd::lanes<T>, rows = Expectation<A>::rows;
    alignas(simd::alignment) T variance[2][lanes], features[2][(rows + 1) * lanes];
    std::fill_n(variance[0], lanes, static_cast<T>(c.p)),
        std::fill_n(variance[1], lanes, static_cast<T>(c.q));
    for (std::size_t side = 0; side < 2; ++side) Expectation<A>::prepare(variance[side], features[side]);
    const auto wide = [](double x) { return V(static_cast<T>(x)); };
    const Expected<V> found = Expectation<A>::of(Covariance<V>{wide(c.p), wide(c.q), wide(c.e), wide(c.f)},
                                                 PairRows<T>{features[0], features[1]});
    p = variance[0][0];
    covariance = {found.covariance.p.get(0), found.covariance.q.get(0), found.covariance.e.get(0),
                  found.covariance.f.get(0)};
    slope = found.slope.get(0);
  }
};

inline double angle_of(const Digits50& e, const Digits50& f) {
  return 2 * std::atan2(std::sqrt(static_cast<double>(e)), std::sqrt(static_cast<double>(f)));
}

/// The worst errors of a law over pairs, in units of what is promised.
struct LawErrors {
  double value = 0, variance = 0, slope = 0, angle = 0;
  std::string at = {};

  void note(double& worst, double error, const Covariance<double>& c) {
    if (error <= worst) return;
    worst = error;
    at = "p " + std::to_string(c.p) + ", q/p " + std::to_string(c.q / c.p) + ", e/f " +
         std::to_string(c.e / c.f);
  }
};

/// Variances from `smallest` to `largest`, of one size and not; parallel, opposite, nearly so, and between.
template <class Visit>
void for_pairs(double smallest, double largest, const Visit& visit) {
  for (const double p : {0.0, 1e-12, 1e-3, 0.7, 3.0, 50.0, 1e6}) {
    if (p < smallest || p > largest) continue;
    for (const double ratio : {1.0, 1 + 1e-7, 1.3, 4.0})
      for (const double share : {0.0, 1e-14, 1e-8, 1e-3, 0.3, 1.0, 1.7, 2 - 1e-3, 2 - 1e-8, 2.0})
        visit(pair_of(p, ratio * p, share));
  }
}

/// T and E[φ²] are right to 1e-14 of √(T_pp T_qq), Ṫ to as much of √(Ṫ_pp Ṫ_qq).
template <class A, class Form>
void check_law(const Form& form, double largest = 1e6) {
  LawErrors errors;
  for_pairs(0, largest, [&](const Covariance<double>& c) {
    const Digits50 p = c.p, q = c.q, root = sqrt(p * q);
    const Digits50 k = c.e <= c.f ? Digits50(root - c.e) : Digits50(c.f - root);
    const PairLimit pp = form(p, p, p), qq = form(q, q, q), pq = form(p, q, k);
    const LawAt<A, double> found(c);
    const double value = (found.covariance.f - found.covariance.e) / 2;
    errors.note(errors.value, limit_error(value, pp.nngp, pq.nngp, qq.nngp) / infinite_f64, c);
    errors.note(errors.variance, limit_error(found.p, pp.nngp, pp.nngp, pp.nngp) / infinite_f64, c);
    errors.note(errors.slope, limit_error(found.slope, pp.ntk, pq.ntk, qq.ntk) / infinite_f64, c);
    CHECK(found.covariance.e >= 0);
    CHECK(found.covariance.f >= 0);
    CHECK(std::abs(found.covariance.p - found.p) <= infinite_f64 * found.p);
  });
  CAPTURE(A::name, errors.at);
  CHECK(errors.value <= 1);
  CHECK(errors.variance <= 1);
  CHECK(errors.slope <= 1);
}

/// The angle behind φ is right to 1e-14, however small it is: e and f have kept their digits.
template <class A, class Form>
void check_angle(const Form& form, double smallest = 0.7, double largest = 3) {
  LawErrors errors;
  for_pairs(smallest, largest, [&](const Covariance<double>& c) {
    const Digits50 p = c.p, q = c.q, root = sqrt(p * q);
    const Digits50 k = c.e <= c.f ? Digits50(root - c.e) : Digits50(c.f - root);
    const Digits50 bound = sqrt(form(p, p, p).nngp * form(q, q, q).nngp), value = form(p, q, k).nngp;
    const Digits50 e = std::max<Digits50>(bound - value, 0), f = std::max<Digits50>(bound + value, 0);
    const Covariance<double> found = LawAt<A, double>(c).covariance;
    errors.note(errors.angle, std::abs(angle_of(found.e, found.f) - angle_of(e, f)) / infinite_f64, c);
  });
  CAPTURE(A::name, errors.at);
  CHECK(errors.angle <= 1);
}

/// In single precision the law is that of double precision.
template <class A>
void check_float() {
  for_pairs(1e-3, 3, [](const Covariance<double>& c) {
    const LawAt<A, float> single(c);
    const LawAt<A, double> exact(c);
    const double value = (exact.covariance.f - exact.covariance.e) / 2;
    const double found =
        (static_cast<double>(single.covariance.f) - static_cast<double>(single.covariance.e)) / 2;
    CAPTURE(A::name, c.p, c.q, c.e, c.f);
    CHECK(std::abs(found - value) <= infinite_f32 * std::sqrt(exact.covariance.p * exact.covariance.q));
  });
}

}  // namespace nntk::test
