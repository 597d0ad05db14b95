// SPDX-License-Identifier: BSD-3-Clause
//
// LayerNorm: the units of a sample brought to mean 0 and variance 1 (Ba, Kiros and Hinton 2016), without
// parameters of its own; a Dense layer behind it scales as it likes.
//
//   x [n] ↦ (x − x̄)/√(v + ε),   v = Σ (x − x̄)²/n
#pragma once

#include <cstddef>
#include <string_view>

namespace nntk {

template <double small = 1e-12>
struct LayerNormOf {
  static constexpr std::string_view name = "LayerNorm";
  static constexpr double epsilon = small;
  static constexpr std::size_t output_width(std::size_t in) { return in; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
};
using LayerNorm = LayerNormOf<>;

}  // namespace nntk
