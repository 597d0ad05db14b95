// SPDX-License-Identifier: BSD-3-Clause
//
// Layers that compare units with each other and keep some of them.
//
//   TopK<k>       the k largest units as they are, the others 0; of equals the first
//   Largest<g>    the largest of each g units that follow each other, the others 0
//   GroupSum<g>   the sum of each g units: width in/g
//   MaxOut<g>     the maximum of each g units (Goodfellow et al. 2013), as Largest<g>, GroupSum<g>
//
// A selection says which units of one sample it keeps; that is its Jacobian too, almost everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string_view>

#include "nntk/arch/combinator.hpp"
#include "nntk/arch/gate.hpp"
#include "nntk/math.hpp"

namespace nntk {

/// Base of the selections, which have `keep<in>(value) -> std::array<bool, in>`, value(unit) being a number
/// that can be compared.
struct Selection : Gate {};

template <std::size_t kept>
struct TopK : Selection {
  static constexpr std::string_view name = "TopK";
  static constexpr bool is_sparse(std::size_t in) { return 2 * kept <= in; }
  /// Cost: about 3 · in comparisons. What is not a number counts as least.
  template <std::size_t in, class Value>
  static std::array<bool, in> keep(const Value& value) {
    std::array<double, in> key{};
    std::array<std::size_t, in> order{};
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t unit = 0; unit < in; ++unit) {
      const double number = value_of(value(unit));
      key[unit] = std::isnan(number) ? -std::numeric_limits<double>::infinity() : number;
    }
    std::nth_element(
        order.begin(), order.begin() + (kept - 1), order.end(),
        [&](std::size_t a, std::size_t b) { return key[a] > key[b] || (key[a] == key[b] && a < b); });
    std::array<bool, in> is_kept{};
    for (std::size_t i = 0; i < kept; ++i) is_kept[order[i]] = true;
    return is_kept;
  }
};

template <std::size_t group>
struct Largest : Selection {
  static constexpr std::string_view name = "Largest";
  static constexpr bool is_sparse(std::size_t /*in*/) { return group >= 2; }
  template <std::size_t in, class Value>
  static std::array<bool, in> keep(const Value& value) {
    std::array<bool, in> is_kept{};
    for (std::size_t first = 0; first < in; first += group) {
      std::size_t best = first;
      for (std::size_t unit = first + 1; unit < first + group; ++unit)
        if (value_of(value(unit)) > value_of(value(best))) best = unit;
      is_kept[best] = true;
    }
    return is_kept;
  }
};

template <std::size_t group_size>
struct GroupSum {
  static constexpr std::string_view name = "GroupSum";
  static constexpr std::size_t group = group_size;
  static constexpr std::size_t output_width(std::size_t in) { return group == 0 ? 0 : in / group; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
};

template <std::size_t group>
using MaxOut = Layers<Largest<group>, GroupSum<group>>;

}  // namespace nntk
