// SPDX-License-Identifier: BSD-3-Clause
//
// Gauss–Legendre quadrature on panels of an interval, the panels ending where a function has a kink. On each
// of them a function that is smooth between its kinks is integrated to rounding.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "nntk/simd.hpp"

namespace nntk {

template <std::size_t count>
struct GaussLegendre {
  alignas(64) double nodes[count], weights[count];  ///< on [−1, 1]

  static const GaussLegendre& instance() {
    static const GaussLegendre rule;
    return rule;
  }

 private:
  /// Roots of the Legendre polynomial by Newton's method from Tricomi's estimate; w = 2/((1 − x²) P'(x)²).
  GaussLegendre() {
    for (std::size_t i = 0; i < count; ++i) {
      double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (count + 0.5)), slope = 0;
      for (int step = 0; step < 6; ++step) {
        double before = 0, value = 1;
        for (std::size_t n = 1; n <= count; ++n) {
          const double order = static_cast<double>(n);
          const double next = ((2 * order - 1) * x * value - (order - 1) * before) / order;
          before = value, value = next;
        }
        slope = static_cast<double>(count) * (before - x * value) / (1 - x * x);
        x -= value / slope;
      }
      nodes[i] = x, weights[i] = 2 / ((1 - x * x) * slope * slope);
    }
  }
};

/// visit(nodes, weights) for each register of the nodes of [from, to]: 16, or 8 where that is less than a
/// third of the widest panel.
template <class Visit>
void for_nodes(double from, double to, double widest, const Visit& visit) {
  using V = simd::Batch<double>;
  const V middle(0.5 * (from + to)), half(0.5 * (to - from));
  const auto take = [&]<std::size_t count>(const GaussLegendre<count>& rule) {
    for (std::size_t i = 0; i < count; i += simd::width<double>)
      visit(simd::fma(half, V::load_aligned(rule.nodes + i), middle),
            half * V::load_aligned(rule.weights + i));
  };
  3 * (to - from) < widest ? take(GaussLegendre<8>::instance()) : take(GaussLegendre<16>::instance());
}

/// visit(nodes, weights) of panels of [from, to], no wider than `widest`. for_kinks(from, to, visit) visits
/// the places in between where panels end, ascending.
template <class Kinks, class Visit>
void for_panels(double from, double to, double widest, const Kinks& for_kinks, const Visit& visit) {
  const auto divide = [&](double begin, double end) {
    const double panels = std::max(1.0, std::ceil((end - begin) / widest));
    const double width = (end - begin) / panels;
    for (double k = 0; k < panels; ++k)
      for_nodes(begin + k * width, k + 1 < panels ? begin + (k + 1) * width : end, widest, visit);
  };
  double begin = from;
  for_kinks(from, to, [&](double kink) {
    divide(begin, kink);
    begin = kink;
  });
  divide(begin, to);
}

}  // namespace nntk
