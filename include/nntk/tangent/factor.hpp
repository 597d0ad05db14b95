// SPDX-License-Identifier: BSD-3-Clause
//
// The factor of a Dense layer: its tangent in compact form. With a the (scaled) input and b_o the cotangents,
//
//   ⟨∂f_o/∂θ_l, ∂f_o'/∂θ_l⟩ = (⟨a, a'⟩ + β²) · ⟨b_o, b'_o'⟩          (Novak et al. 2022, structured
//   derivatives)
//
// so the kernel of a pair needs the rows of a and b of both samples, and nothing else of the network:
//
//   features of a tile    | a₁ | b₁ | a₂ | b₂ | ... |      rows of `lanes` numbers
#pragma once

#include <cstddef>

#include "nntk/tangent/cotangent.hpp"

namespace nntk::tangent {

/// Where a layer's factor lies among the feature rows of a tile.
struct Factor {
  std::size_t a_row = 0, a_rows = 0;  ///< the layer's input, times σ_w/√n_in
  std::size_t b_row = 0;              ///< first cotangent row
  std::size_t b_rows = 0;             ///< rows of one ⟨b, b'⟩: of all outputs together, or of each
  bool identity = false;              ///< b_o = e_o: nothing is stored
  double bias = 0;                    ///< β: the tangent of the bias; 0 without one
  std::size_t offset = 0;             ///< of W in θ, [rows of b][rows of a], and of the bias behind it

  [[nodiscard]] constexpr double bias_square() const { return bias * bias; }
};

}  // namespace nntk::tangent
