// SPDX-License-Identifier: BSD-3-Clause
//
// E[φ(u)φ(v)] for any φ, from its Hermite coefficients (Mehler's formula; Daniely et al. 2016). With h_n the
// normalised Hermite polynomials and a² the variance of u,
//
//   α_n(a) = E[φ(a z) h_n(z)],     E[φ(u)φ(v)] = Σ_n α_n(a) α_n(b) cⁿ,     c the correlation
//
// The coefficients belong to a sample alone, so a pair costs N terms where a product quadrature costs N².
// They are computed by the trapezoidal rule, which converges geometrically for the analytic φ (nodes 1/16
// apart: error e^{−2π y/(a/16)} for a pole at distance y) and is a Gauss–Hermite rule without its table of
// nodes; φ and φ' come from one dual number. What the first N terms miss of E[φ²] is kept as one more term,
// so that a pair of equal samples is exact, and is the bound of the error elsewhere.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "nntk/expr/product.hpp"
#include "nntk/expr/tile.hpp"
#include "nntk/kernel/covariance.hpp"
#include "nntk/tangent/local.hpp"

namespace nntk {

template <class V>
struct Expected;
template <class T>
struct PairRows;

/// Nodes and the packed matrix that turns values at the nodes into coefficients.
template <class T>
class HermiteRule {
 public:
  static constexpr std::size_t terms = 256;
  static constexpr std::size_t nodes = 385;

  /// Made once; (terms × nodes) numbers.
  static const HermiteRule& instance() {
    static const HermiteRule rule;
    return rule;
  }
  [[nodiscard]] double node(std::size_t m) const {
    constexpr std::size_t middle = (nodes - 1) / 2;
    return (static_cast<double>(m) - static_cast<double>(middle)) * spacing;
  }
  [[nodiscard]] double weight(std::size_t m) const {
    return spacing * std::exp(-0.5 * node(m) * node(m)) / std::sqrt(2 * std::numbers::pi);
  }
  [[nodiscard]] const T* matrix() const { return matrix_.data(); }

  /// visit(n, h_n(z)) for all terms.
  template <class V, class Visit>
  void for_polynomials(const V& z, const Visit& visit) const {
    V before(0.0), h(1.0);
    for (std::size_t n = 0; n < terms; ++n) {
      visit(n, h);
      const V next = (z * h - V(roots_[n]) * before) * V(1 / roots_[n + 1]);
      before = h;
      h = next;
    }
  }

 private:
  static constexpr double spacing = 1.0 / 16;

  HermiteRule() : roots_(terms + 1), matrix_(terms * nodes) {
    for (std::size_t n = 0; n <= terms; ++n) roots_[n] = std::sqrt(static_cast<double>(n));
    std::vector<T> rows(terms * nodes);
    for (std::size_t m = 0; m < nodes; ++m) {
      for_polynomials(node(m),
                      [&](std::size_t n, double h) { rows[n * nodes + m] = static_cast<T>(weight(m) * h); });
    }
    expr::pack(rows.data(), terms, nodes, nodes, 1, matrix_.data());
  }
  std::vector<double> roots_;  ///< of n
  std::vector<T> matrix_;
};

/// Features of a sample: E[φ²], then α_0 ... α_N of φ, then of φ'; the last of each is the root of what is
/// missed.
template <class A>
struct HermiteExpectation {
  static constexpr std::size_t terms = HermiteRule<double>::terms;
  static constexpr std::size_t series = terms + 1;
  static constexpr std::size_t rows = 1 + 2 * series;
  static constexpr std::size_t mean_row = 1;  ///< α_0 = E[φ]

  /// variance ← E[φ²] in each lane; returns the largest share of it that the series misses. Cost: nodes · (φ
  /// + 2 · terms) a sample.
  template <class T>
  static double prepare(T* variance, T* to) {
    constexpr std::size_t lanes = simd::lanes<T>, nodes = HermiteRule<T>::nodes;
    const auto& rule = HermiteRule<T>::instance();
    alignas(simd::alignment) T values[nodes * lanes], slopes[nodes * lanes], mass[lanes] = {},
                                                                             slope_mass[lanes] = {};
    for (std::size_t m = 0; m < nodes; ++m) {
      for (std::size_t lane = 0; lane < lanes; lane += simd::width<T>) {
        using V = simd::Batch<T>;
        const V at = simd::sqrt(V::load_aligned(variance + lane)) * V(static_cast<T>(rule.node(m)));
        const auto moved = tangent::activate_dual<A, T>(A{}, at);
        moved.value.store_aligned(values + m * lanes + lane);
        moved.tangent.along[0].store_aligned(slopes + m * lanes + lane);
      }
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const T weight = static_cast<T>(rule.weight(m));
        mass[lane] += weight * values[m * lanes + lane] * values[m * lanes + lane];
        slope_mass[lane] += weight * slopes[m * lanes + lane] * slopes[m * lanes + lane];
      }
    }
    expand(values, mass, to + lanes);
    expand(slopes, slope_mass, to + (1 + series) * lanes);
    double missed = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      to[lane] = variance[lane] = mass[lane];
      const double tail = static_cast<double>(to[series * lanes + lane]),
                   whole = static_cast<double>(mass[lane]);
      if (whole > 0) missed = std::max(missed, tail * tail / whole);
    }
    return missed;
  }

  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    const V total = c.e + c.f;
    const V gap = simd::select(total > V(0), (c.e + c.e) / total, V(1));  // 1 − correlation
    const V correlation = V(1) - gap;
    const auto slopes = features.from_row(1 + series);
    V power(1), fall(0), k(0), slope(0), distance(0);  // cⁿ, 1 − cⁿ
    for (std::size_t n = 0; n < series; ++n) {
      const V a = features.left(1 + n), b = features.right(1 + n), apart = a - b, product = a * b;
      k = simd::fma(product, power, k);
      distance = simd::fma(apart, apart, simd::fma(product + product, fall, distance));
      slope = simd::fma(slopes.left(n) * slopes.right(n), power, slope);
      fall = simd::fma(power, gap, fall);
      power = power * correlation;
    }
    const V p = features.left(0), q = features.right(0), roots = simd::sqrt(p) - simd::sqrt(q);
    const V e = simd::max(V(0.5) * (distance - roots * roots), V(0));
    return {{p, q, e, simd::max(k + k + e, V(0))}, slope};
  }

 private:
  template <class T>
  static void expand(const T* values, const T* mass, T* to) {
    constexpr std::size_t lanes = simd::lanes<T>, nodes = HermiteRule<T>::nodes;
    expr::multiply<T>(HermiteRule<T>::instance().matrix(), terms, nodes, 1, {values, 0, 1}, {to, 0, 1},
                      expr::Unchanged{});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      T missing = mass[lane];
      for (std::size_t n = 0; n < terms; ++n) missing -= to[n * lanes + lane] * to[n * lanes + lane];
      to[terms * lanes + lane] = missing > 0 ? std::sqrt(missing) : T(0);
    }
  }
};

}  // namespace nntk
