// SPDX-License-Identifier: BSD-3-Clause
//
// The oracle of every local kernel: Jacobians of single samples, multiplied in long double.
//
//   entry of a pair = ⟨rows of J(x), rows of J(x')⟩          scale = ‖rows of J(x)‖ · ‖rows of J(x')‖
//
// where the rows are one output's, or all outputs' where the kernel sums over them; a mean divides both.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/expr/noise.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "support/data.hpp"

namespace nntk::test {

struct Jacobians {
  std::size_t outputs = 0, parameters = 0;
  std::vector<double> values;  ///< (n, outputs, parameters)

  [[nodiscard]] std::size_t count() const { return values.size() / (outputs * parameters); }
  /// What an entry of a Gram matrix is a product of.
  [[nodiscard]] std::span<const double> rows(std::size_t sample, OutputMode mode, std::size_t output) const {
    const std::span<const double> all =
        std::span(values).subspan(sample * outputs * parameters, outputs * parameters);
    const bool is_summed = mode == OutputMode::sum || mode == OutputMode::mean;
    return is_summed ? all : all.subspan(output * parameters, parameters);
  }
};

/// By dual numbers, the library's own oracle, for a realisation of seed 0. Two directions at a time: little
/// code for the compiler.
template <class Network>
Jacobians dual_jacobians(const std::vector<double>& theta, const Data& x, std::uint64_t realisation = 0) {
  const auto noise = expr::realisation<Network, double>(0, realisation);
  Jacobians result{Network::outputs, Network::parameter_count, {}};
  for (std::size_t i = 0; i < x.count(); ++i) {
    const auto one = tangent::jacobian<Network, 2>(theta, x.sample(i), noise);
    result.values.insert(result.values.end(), one.begin(), one.end());
  }
  return result;
}

inline double dot(std::span<const double> a, std::span<const double> b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<long double>(a[i]) * static_cast<long double>(b[i]);
  return static_cast<double>(sum);
}

/// The largest |found − expected| of a Gram matrix (n, m, entries), each over its own √(K_ii K_jj).
inline double worst_error(const std::vector<double>& found, const Jacobians& x, const Jacobians& z,
                          OutputMode mode) {
  const std::size_t entries = entries_of(mode, x.outputs);
  const double share = mode == OutputMode::mean ? 1.0 / static_cast<double>(x.outputs) : 1.0;
  double worst = found.size() == x.count() * z.count() * entries ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < x.count(); ++i) {
    for (std::size_t j = 0; j < z.count(); ++j) {
      for (std::size_t e = 0; e < entries; ++e) {
        const auto [left, right] = output_pair(mode, x.outputs, e);
        const auto a = x.rows(i, mode, left), b = z.rows(j, mode, right);
        const double error = std::abs(found[(i * z.count() + j) * entries + e] - share * dot(a, b));
        const double scale = share * std::sqrt(dot(a, a) * dot(b, b));
        if (error > 0 || std::isnan(error))
          worst = std::isnan(error) ? INFINITY : std::max(worst, error / scale);
      }
    }
  }
  return worst;
}

}  // namespace nntk::test
