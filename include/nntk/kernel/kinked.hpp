// SPDX-License-Identifier: BSD-3-Clause
//
// E[φ(u)φ(v)] of a φ that is smooth between its kinks, where it or its slope jumps. The Hermite series
// (hermite.hpp) of such a φ falls slowly, but what its first N terms leave is at most |c|^N of the variance:
//
//   |c| ≤ 0.9    the series, its coefficients by quadrature on panels between the kinks; 0.9²⁵⁷ < 2·10⁻¹²,
//                times the share of the variance that is left
//   |c| > 0.9    E[g(φ(u), φ(v))] = ∫ ϕ(x) ∫ ϕ(z) g(φ(a x), φ(b (c x + s z))) dz dx,  s² = 1 − c²,
//
// where both integrals are split: the inner one at the kinks of φ, the outer one at the kinks and, s/c apart,
// where the inner one passes a kink and changes on that scale. The pair (e, f) comes from g = (φ(u) ∓
// φ(v))²/2, sums of squares, so that near-parallel pairs keep their digits (covariance.hpp).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "nntk/kernel/gauss_legendre.hpp"
#include "nntk/kernel/hermite.hpp"
#include "nntk/tangent/chain.hpp"

namespace nntk {

/// An activation that names its kinks: for_kinks(from, to, visit) visits those in between, ascending.
template <class A>
concept Kinked = requires { A::for_kinks(0.0, 1.0, [](double) {}); };

/// Where ϕ(z) is below all rounding.
inline constexpr double normal_reach = 8.6;
/// The widest panel on which ϕ(z) φ(a z) is integrated to rounding: two deviations, and 4 of a φ
/// that is as smooth between its kinks as Tanh; of a > 16 a little less well.
constexpr double widest_panel(double a) { return std::clamp(4 / a, 0.25, 2.0); }
template <class V>
V normal_density(const V& z) {
  return simd::exp(V(-0.5) * z * z) * V(1 / std::sqrt(2 * std::numbers::pi));
}

/// Moments of a pair (u, v) behind φ.
struct PairMoments {
  double apart = 0, together = 0;  ///< E[(φ(u) − φ(v))²]/2, E[(φ(u) + φ(v))²]/2
  double slope = 0;                ///< E[φ'(u)φ'(v)]
};

/// The double integral for u = a x, v = b (c x + s z).
template <class A>
class SplitQuadrature {
  using V = simd::Batch<double>;

 public:
  SplitQuadrature(double a, double b, double c, double s) : a_(a), mean_(b * c), deviation_(b * s) {}

  /// Cost: about 400 nodes x of 24 to 100 nodes z, more with many kinks. Allocates nothing.
  [[nodiscard]] PairMoments integrate() const {
    PairMoments sum;
    for (double from = -normal_reach; from < normal_reach;) {
      const double to = panel_end(from);
      for_nodes(from, to, std::min(widest_panel(a_), 2.5 * scale()),
                [&](V x, V weight) { add(x, weight * normal_density(x), sum); });
      from = to;
    }
    return sum;
  }

 private:
  /// The end of the outer panel that begins at x: the next kink of φ(a x), the next place where the inner
  /// integral is about to pass one, or a few of its deviations on while it does.
  [[nodiscard]] double panel_end(double x) const {
    double end = std::min(x + widest_panel(a_), normal_reach);
    A::for_kinks(a_ * x, a_ * end, [&](double kink) {
      if (kink / a_ > x) end = std::min(end, kink / a_);
    });
    const double margin = normal_reach * scale();
    if (!(margin > 0 && margin < normal_reach)) return end;
    const double low = mean_ * (x - margin), high = mean_ * (end + margin);
    const double whole = end;
    A::for_kinks(std::min(low, high), std::max(low, high), [&](double kink) {
      const double begin = kink / mean_ - margin;
      end = std::min(end, begin > x && begin <= whole ? begin : x + 2.5 * scale());
    });
    return end > x ? end : whole;
  }

  /// On which the inner integral changes as x passes a kink of it.
  [[nodiscard]] double scale() const { return std::abs(deviation_ / mean_); }

  void add(V x, V weight, PairMoments& sum) const {
    const auto left = tangent::activate_dual<A, double>(A{}, V(a_) * x);
    alignas(simd::alignment) double at[simd::width<double>], weights[simd::width<double>],
        values[simd::width<double>], slopes[simd::width<double>];
    x.store_aligned(at), weight.store_aligned(weights);
    left.value.store_aligned(values), left.tangent.along[0].store_aligned(slopes);
    for (std::size_t i = 0; i < simd::width<double>; ++i) {
      const PairMoments inner = given(at[i], values[i]);
      sum.apart += weights[i] * inner.apart;
      sum.together += weights[i] * inner.together;
      sum.slope += weights[i] * slopes[i] * inner.slope;
    }
  }

  /// Given x and φ(a x): E of (φ(a x) ∓ φ(v))²/2 and of φ'(v).
  [[nodiscard]] PairMoments given(double x, double value) const {
    const double middle = mean_ * x;
    V apart(0), together(0), slope(0);
    const auto add_nodes = [&](V z, V weight) {
      const auto right = tangent::activate_dual<A, double>(A{}, simd::fma(V(deviation_), z, V(middle)));
      const V minus = V(value) - right.value, plus = V(value) + right.value;
      apart = simd::fma(weight * minus, minus, apart);
      together = simd::fma(weight * plus, plus, together);
      slope = simd::fma(weight, right.tangent.along[0], slope);
    };
    bool is_smooth = deviation_ < 0.3;
    A::for_kinks(middle - normal_reach * deviation_, middle + normal_reach * deviation_,
                 [&](double) { is_smooth = false; });
    is_smooth ? for_equidistant(add_nodes) : for_split(middle, add_nodes);
    return {0.5 * xsimd::hadd(apart), 0.5 * xsimd::hadd(together), xsimd::hadd(slope)};
  }

  template <class Visit>
  void for_split(double middle, const Visit& visit) const {
    const auto for_kinks = [&](double from, double to, const auto& visit_kink) {
      A::for_kinks(middle + deviation_ * from, middle + deviation_ * to,
                   [&](double kink) { visit_kink(std::clamp((kink - middle) / deviation_, from, to)); });
    };
    for_panels(-normal_reach, normal_reach, widest_panel(deviation_), for_kinks,
               [&](V z, V weight) { visit(z, weight * normal_density(z)); });
  }
  /// The trapezoidal rule where φ is smooth over ±8.6 deviations d: e^{−2π²/h²}, and e^{−2π y/(h d)} for a
  /// pole at a distance y.
  template <class Visit>
  static void for_equidistant(const Visit& visit) {
    constexpr std::size_t nodes = 24;
    constexpr double h = 2 * normal_reach / (nodes - 1);
    alignas(simd::alignment) double z[nodes];
    for (std::size_t m = 0; m < nodes; ++m) z[m] = -normal_reach + h * static_cast<double>(m);
    for (std::size_t m = 0; m < nodes; m += simd::width<double>) {
      const V at = V::load_aligned(z + m);
      visit(at, V(h) * normal_density(at));
    }
  }

  double a_, mean_, deviation_;
};

/// Features as those of the series.
template <class A>
struct KinkedExpectation {
  using Series = HermiteExpectation<A>;
  static constexpr std::size_t rows = Series::rows;
  static constexpr std::size_t mean_row = Series::mean_row;
  static constexpr double widest_correlation = 0.9;
  /// Of kinks without end at most 16 to a deviation are integrated between: a pair takes some 16 ms then.
  static constexpr double largest_deviation = [] {
    if constexpr (requires { A::kink_spacing; }) return 16 * A::kink_spacing;
    return std::numeric_limits<double>::max();
  }();

  /// As the series', its coefficients by quadrature between the kinks; all is missed where these are too
  /// dense. Cost: about 300 · (φ + 4 · terms) a sample.
  template <class T>
  static double prepare(T* variance, T* to) {
    double missed = 0;
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      const double deviation = std::sqrt(static_cast<double>(variance[lane]));
      const bool is_sparse = deviation <= largest_deviation;
      if (!is_sparse) missed = 1;
      variance[lane] = static_cast<T>(expand(is_sparse ? deviation : 0.0, to + lane));
    }
    return missed;
  }

  template <class V, class T>
  [[gnu::noinline]] static Expected<V> of(const Covariance<V>& c, PairRows<T> features) {
    Expected<V> expected = Series::of(c, features);
    if (simd::any(simd::abs(c.f - c.e) > simd::broadcast<V>(widest_correlation) * (c.f + c.e)))
      split<T>(c, expected);
    return expected;
  }

 private:
  static constexpr std::size_t terms = Series::terms, series = Series::series;

  /// E[φ(a z)²]; and one lane's rows.
  template <class T>
  static double expand(double a, T* to) {
    using V = simd::Batch<double>;
    V mass(0), slope_mass(0), values[terms], slopes[terms];
    std::fill_n(values, terms, V(0)), std::fill_n(slopes, terms, V(0));
    const auto for_kinks = [&](double from, double count, const auto& visit) {
      if (a > 0) A::for_kinks(a * from, a * count, [&](double kink) { visit(kink / a); });
    };
    for_panels(-12, 12, std::min(1.5, widest_panel(a)), for_kinks, [&](V z, V length) {
      const V weight = length * normal_density(z);
      const auto moved = tangent::activate_dual<A, double>(A{}, V(a) * z);
      const V value = weight * moved.value, slope = weight * moved.tangent.along[0];
      mass = simd::fma(value, moved.value, mass);
      slope_mass = simd::fma(slope, moved.tangent.along[0], slope_mass);
      HermiteRule<double>::instance().for_polynomials(z, [&](std::size_t n, V h) {
        values[n] = simd::fma(value, h, values[n]);
        slopes[n] = simd::fma(slope, h, slopes[n]);
      });
    });
    put_series(values, xsimd::hadd(mass), to + simd::lanes<T>);
    put_series(slopes, xsimd::hadd(slope_mass), to + (1 + series) * simd::lanes<T>);
    to[0] = static_cast<T>(xsimd::hadd(mass));
    return xsimd::hadd(mass);
  }
  template <class T>
  static void put_series(const simd::Batch<double>* sums, double mass, T* to) {
    double missing = mass;
    for (std::size_t n = 0; n < terms; ++n) {
      const double coefficient = xsimd::hadd(sums[n]);
      missing -= coefficient * coefficient;
      to[n * simd::lanes<T>] = static_cast<T>(coefficient);
    }
    to[terms * simd::lanes<T>] = static_cast<T>(std::sqrt(std::max(missing, 0.0)));
  }

  /// The lanes of larger correlation, one after another.
  template <class T, class V>
  static void split(const Covariance<V>& c, Expected<V>& expected) {
    constexpr std::size_t width = V::size;
    alignas(simd::alignment) T before[4][width], after[5][width];
    c.p.store_aligned(before[0]), c.q.store_aligned(before[1]);
    c.e.store_aligned(before[2]), c.f.store_aligned(before[3]);
    auto& [covariance, slope] = expected;
    covariance.p.store_aligned(after[0]), covariance.q.store_aligned(after[1]);
    covariance.e.store_aligned(after[2]), covariance.f.store_aligned(after[3]);
    slope.store_aligned(after[4]);
    for (std::size_t lane = 0; lane < width; ++lane) {
      const double e = static_cast<double>(before[2][lane]), f = static_cast<double>(before[3][lane]);
      const double a = std::sqrt(static_cast<double>(before[0][lane]));
      const double b = std::sqrt(static_cast<double>(before[1][lane]));
      if (!(std::abs(f - e) > widest_correlation * (f + e)) || !(std::max(a, b) <= largest_deviation))
        continue;
      const PairMoments moments =
          SplitQuadrature<A>(a, b, (f - e) / (f + e), 2 * std::sqrt(e) * std::sqrt(f) / (e + f)).integrate();
      const double roots =
          std::sqrt(static_cast<double>(after[0][lane])) - std::sqrt(static_cast<double>(after[1][lane]));
      const double gap = 0.5 * roots * roots;
      after[2][lane] = static_cast<T>(std::max(moments.apart - gap, 0.0));
      after[3][lane] = static_cast<T>(std::max(moments.together - gap, 0.0));
      after[4][lane] = static_cast<T>(moments.slope);
    }
    covariance.e = V::load_aligned(after[2]), covariance.f = V::load_aligned(after[3]);
    slope = V::load_aligned(after[4]);
  }
};

}  // namespace nntk
