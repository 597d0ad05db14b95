// SPDX-License-Identifier: BSD-3-Clause
//
// Expectations of functions with kinks: against closed forms of the same functions, the Hermite series of
// smooth functions whose kinks are none, and bivariate normal probabilities by Owen's T function.
#include "nntk/kernel/kinked.hpp"

#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using SplitRelu = Elementwise<[](auto x) { return 0.0 < x ? x : decltype(x)(0.0); }, 0.0>;
using SplitSign =
    Elementwise<[](auto x) { return decltype(x)(0.0 < x ? 1.0 : (x < 0.0 ? -1.0 : 0.0)); }, 0.0>;
using SplitTanh = Elementwise<[](auto x) {
  using math::tanh;
  using std::tanh;
  return tanh(x);
},
                              -0.7, 0.3>;

template <class A>
using Deep = Network<Input<3>, Dense<8, Scale{1.1, 0.2}>, A, Dense<8, Scale{1.2, 0.1}>, A, Dense<1>>;

/// The kernels of two networks that are the same function.
template <class A, class B>
void check_same(const Data& x, double tolerance) {
  for (const InfiniteKind kind : {InfiniteKind::nngp, InfiniteKind::ntk}) {
    const auto found = limit_gram<Deep<A>>(kind, x), expected = limit_gram<Deep<B>>(kind, x);
    double worst = 0;
    for (std::size_t i = 0; i < x.count(); ++i) {
      for (std::size_t j = 0; j < x.count(); ++j) {
        const double scale = std::sqrt(expected[i * (x.count() + 1)] * expected[j * (x.count() + 1)]);
        worst = std::max(worst, std::abs(found[i * x.count() + j] - expected[i * x.count() + j]) / scale);
      }
    }
    CHECK(worst / tolerance <= 1);
  }
}

double beyond(double h) { return 0.5 * std::erfc(h / std::numbers::sqrt2); }
double density(double h) { return std::exp(-h * h / 2) / std::sqrt(2 * std::numbers::pi); }

/// Standard normal X and Y of correlation c.
struct Normals {
  double c, s;

  /// P(X > h, Y > k), h and k not 0 (Owen 1956).
  [[nodiscard]] double both(double h, double k) const {
    if (s == 0) return c > 0 ? beyond(std::max(h, k)) : std::max(0.0, beyond(h) - beyond(-k));
    const double left = boost::math::owens_t(h, (k - c * h) / (h * s));
    const double right = boost::math::owens_t(k, (h - c * k) / (k * s));
    return 0.5 * (beyond(h) + beyond(k)) - left - right - (h * k < 0 ? 0.5 : 0.0);
  }
  /// E[(X − h)₊ (Y − k)₊], from the truncated moments.
  [[nodiscard]] double ramps(double h, double k) const {
    const double p = both(h, k);
    if (s == 0) return same_ramps(h, k);
    const double a = (k - c * h) / s, b = (h - c * k) / s;
    const double x = density(h) * beyond(a) + c * density(k) * beyond(b);
    const double y = density(k) * beyond(b) + c * density(h) * beyond(a);
    const double xy =
        c * p + c * h * density(h) * beyond(a) + c * k * density(k) * beyond(b) + s * density(h) * density(a);
    return xy - k * x - h * y + h * k * p;
  }

 private:
  [[nodiscard]] double same_ramps(double h, double k) const {
    if (c > 0) return above(std::max(h, k), h, k);
    return -k > h ? between(h, -k) : 0.0;
  }
  /// ∫_m^∞ (x − h)(x − k) ϕ.
  static double above(double m, double h, double k) {
    return (m - h - k) * density(m) + (1 + h * k) * beyond(m);
  }
  /// ∫_h^m (x − h)(m − x) ϕ.
  static double between(double h, double m) { return above(m, h, m) - above(h, h, m); }
};

/// P(|u| < 1, |v| < 1), and E[clip(u) clip(v)] where clip(x) = (x + 1)₊ − (x − 1)₊ − 1.
PairLimit clipped(double a, double b, const Normals& normals) {
  double ramps = 1, inside = 0;
  for (const double i : {-1.0, 1.0}) {
    for (const double j : {-1.0, 1.0}) {
      ramps += i * j * a * b * normals.ramps(i / a, j / b);
      inside += i * j * normals.both(i / a, j / b);
    }
  }
  // −E[(u + 1)₊ − (u − 1)₊] = −1, and so of v.
  return {ramps - 2, inside};
}

/// E[q(u) q(v)] where q(x) = step Σ_n (1[x > (n + ½) step] − 1[n < 0]); the slope is 0.
PairLimit quantized(double a, double b, const Normals& normals) {
  constexpr double step = 0.25;
  double sum = 0;
  const auto kinks = [](double deviation) { return static_cast<int>(9 * deviation / step) + 1; };
  for (int m = -kinks(a); m < kinks(a); ++m) {
    for (int n = -kinks(b); n < kinks(b); ++n) {
      const double h = (m + 0.5) * step / a, k = (n + 0.5) * step / b;
      const double low_h = m < 0 ? 1 : 0, low_k = n < 0 ? 1 : 0;
      sum += normals.both(h, k) - low_h * beyond(k) - low_k * beyond(h) + low_h * low_k;
    }
  }
  return {step * step * sum, 0};
}

template <class Expect>
void by_normals(LimitRecursion& limit, const Expect& expect) {
  limit.activation([&](const Digits50& p, const Digits50& q, const Digits50& k) {
    const Digits50 c = k / sqrt(p * q), s = sqrt(std::max<Digits50>((1 - c) * (1 + c), 0));
    return expect(static_cast<double>(sqrt(p)), static_cast<double>(sqrt(q)),
                  Normals{static_cast<double>(c), s < 1e-20 ? 0.0 : static_cast<double>(s)});
  });
}

template <class A, class Expect>
void check_against_normals(const Expect& expect) {
  const Data x{2, {1, 0.5, -0.3, 0.8, 2, 1, -1, -0.5, 0.1, 0.1, 1, 0.5 + 1e-4, 0.9, 0.7}};
  check_limit<Network<Input<2>, Dense<8, Scale{0.9, 0.2}>, A, Dense<1, Scale{1.0, 0.0}>>>(
      x,
      [&](LimitRecursion& limit) {
        limit.dense(0.9, 0.2);
        by_normals(limit, expect);
        limit.dense(1.0, 0.0);
      },
      kinked_f64);
}

}  // namespace

TEST_CASE("A rectifier that names its kink has the kernels of the closed form") {
  check_same<SplitRelu, Relu>(difficult_data(), kinked_f64);
}

TEST_CASE("A threshold that names its kink has the kernels of the closed form") {
  check_same<SplitSign, Sign>(difficult_data(), kinked_f64);
}

TEST_CASE("A smooth function with kinks that are none has the kernels of its Hermite series") {
  const Data x{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6, 2, 1, -0.5, -1, -0.5, 0.25, 1, 0.5, -0.249, 0, 0, 0}};
  check_same<SplitTanh, Tanh>(x, kinked_f64);
}

TEST_CASE("HardTanh has the kernels of normal probabilities") { check_against_normals<HardTanh>(clipped); }

TEST_CASE("Quantize has the kernel of normal probabilities") { check_against_normals<Quantize>(quantized); }

TEST_CASE("Kinked functions in single precision") {
  const Data x = normal_data(9, 3);
  const auto found = limit_gram<Deep<HardTanh>, float>(InfiniteKind::ntk, x);
  const auto expected = limit_gram<Deep<HardTanh>>(InfiniteKind::ntk, x);
  for (std::size_t at = 0; at < found.size(); ++at)
    CHECK(std::abs(found[at] - expected[at]) <= infinite_f32 * expected[0]);
}
