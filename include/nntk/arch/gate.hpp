// SPDX-License-Identifier: BSD-3-Clause
//
// A gate: a layer that keeps the width, owns no parameters, and whose Jacobian is diagonal, so that it turns
// a cotangent b into d ∘ b. Activations, dropout and selections are gates.
#pragma once

#include <cstddef>

namespace nntk {

struct Gate {
  /// Whether half of the slopes of so many units or more are 0 as a rule.
  static constexpr bool is_sparse(std::size_t /*in*/) { return false; }
  static constexpr std::size_t output_width(std::size_t in) { return in; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
};

}  // namespace nntk
