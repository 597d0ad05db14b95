// SPDX-License-Identifier: BSD-3-Clause
//
// The infinite-width recursion once more, naively and in 50 digits, where √(pq − k²) may lose half of them
// and leaves 25. The state is (K, Θ) of the pairs xx, xy, yy (Jacot et al. 2018; Cho and Saul 2009; Williams
// 1997).
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "support/digits.hpp"

namespace nntk::test {

struct PairLimit {
  Digits50 nngp = 0, ntk = 0;
};

/// Means over units.
struct UnitMeans {
  Digits50 x = 0, y = 0;
};

class LimitRecursion {
 public:
  PairLimit xx, xy, yy;
  UnitMeans mean;

  LimitRecursion(std::span<const double> x, std::span<const double> y) {
    for (std::size_t f = 0; f < x.size(); ++f) {
      const Digits50 a = x[f], b = y[f], d = x.size();
      xx.nngp += a * a / d;
      xy.nngp += a * b / d;
      yy.nngp += b * b / d;
    }
  }

  void dense(double weight, double bias) {
    const Digits50 w = Digits50(weight) * weight, b = Digits50(bias) * bias;
    each([&](PairLimit& pair) {
      pair.nngp = w * pair.nngp + b;
      pair.ntk = pair.nngp + w * pair.ntk;
    });
    mean = {};
  }
  /// z = W a + b, W ~ N(0, w²/n): the tangent of W is not divided by n.
  void standard_dense(double weight, double bias, double n) {
    const Digits50 w = Digits50(weight) * weight, b = Digits50(bias) * bias;
    each([&](PairLimit& pair) {
      pair.ntk = n * pair.nngp + (bias > 0 ? 1 : 0) + w * pair.ntk;
      pair.nngp = w * pair.nngp + b;
    });
    mean = {};
  }
  /// a·relu(x) + b·relu(−x).
  void rectifier(double a, double b) {
    const auto of = [&](const Digits50& p) {
      return Digits50((Digits50(a) + b) * sqrt(p / (2 * boost::math::constants::pi<Digits50>())));
    };
    mean = {of(xx.nngp), of(yy.nngp)};
    activation([&](const Digits50& p, const Digits50& q, const Digits50& k) {
      const Digits50 pi = boost::math::constants::pi<Digits50>();
      const Digits50 root = sqrt(p * q), sine = sqrt(std::max<Digits50>(p * q - k * k, 0));
      const Digits50 angle =
          root > 0 ? Digits50(acos(std::clamp<Digits50>(k / root, -1, 1))) : Digits50(pi / 2);
      const Digits50 same = (sine + (pi - angle) * k) / (2 * pi), other = (sine - angle * k) / (2 * pi);
      const Digits50 squares = Digits50(a) * a + Digits50(b) * b, cross = Digits50(2) * a * b;
      return PairLimit{squares * same + cross * other, (squares * (pi - angle) - cross * angle) / (2 * pi)};
    });
  }
  void erf() {
    mean = {};
    activation([](const Digits50& p, const Digits50& q, const Digits50& k) {
      const Digits50 turn = 2 / boost::math::constants::pi<Digits50>(), root = (1 + 2 * p) * (1 + 2 * q);
      return PairLimit{turn * asin(2 * k / sqrt(root)), 2 * turn / sqrt(root - 4 * k * k)};
    });
  }
  /// Over the roots of the variances that are left without the means.
  void layer_norm(double epsilon) {
    const Digits50 a = 1 / sqrt(xx.nngp - mean.x * mean.x + epsilon),
                   b = 1 / sqrt(yy.nngp - mean.y * mean.y + epsilon);
    xx = {a * a * (xx.nngp - mean.x * mean.x), a * a * xx.ntk};
    xy = {a * b * (xy.nngp - mean.x * mean.y), a * b * xy.ntk};
    yy = {b * b * (yy.nngp - mean.y * mean.y), b * b * yy.ntk};
    mean = {};
  }
  /// z = w x, drawn and not trained.
  void drawn(const Digits50& w) {
    each([&](PairLimit& pair) { pair = {w * w * pair.nngp, w * w * pair.ntk}; });
    mean = {};
  }
  /// [sin z, cos z].
  void waves() {
    mean = {exp(-xx.nngp / 2) / 2, exp(-yy.nngp / 2) / 2};
    activation([](const Digits50& p, const Digits50& q, const Digits50& k) {
      const Digits50 half = exp(k - (p + q) / 2) / 2;
      return PairLimit{half, half};
    });
  }
  /// E[sin u sin v] = e^{−(p+q)/2} sinh k, E[cos u cos v] with cosh.
  void sine() { periodic(true); }
  void cosine() { periodic(false); }

  /// x + scale · body(x), the units of the body independent of those of x but for the means of both.
  template <class Body>
  void residual(double scale, const Body& body) {
    LimitRecursion branch = *this;
    body(branch);
    const Digits50 factor = Digits50(scale) * scale;
    const auto add = [&](PairLimit& to, const PairLimit& from, const Digits50& cross) {
      to = {to.nngp + factor * from.nngp + scale * cross, to.ntk + factor * from.ntk};
    };
    const auto &m = mean, &n = branch.mean;
    add(xx, branch.xx, 2 * m.x * n.x), add(xy, branch.xy, m.x * n.y + m.y * n.x);
    add(yy, branch.yy, 2 * m.y * n.y);
    mean = {m.x + scale * n.x, m.y + scale * n.y};
  }

  /// expect(p, q, k) = (E[φ(u)φ(v)], E[φ'(u)φ'(v)]).
  template <class Function>
  void activation(const Function& expect) {
    const Digits50 p = xx.nngp, q = yy.nngp;
    const auto move = [](PairLimit& pair, const PairLimit& moved) {
      pair = {moved.nngp, moved.ntk * pair.ntk};
    };
    move(xx, expect(p, p, p)), move(xy, expect(p, q, xy.nngp)), move(yy, expect(q, q, q));
  }

 private:
  template <class Function>
  void each(const Function& f) {
    f(xx), f(xy), f(yy);
  }
  void periodic(bool is_sine) {
    mean = is_sine ? UnitMeans{} : UnitMeans{exp(-xx.nngp / 2), exp(-yy.nngp / 2)};
    activation([&](const Digits50& p, const Digits50& q, const Digits50& k) {
      const Digits50 decay = exp(-(p + q) / 2), odd = decay * sinh(k), even = decay * cosh(k);
      return is_sine ? PairLimit{odd, even} : PairLimit{even, odd};
    });
  }
};

}  // namespace nntk::test
