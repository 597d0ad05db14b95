// SPDX-License-Identifier: BSD-3-Clause
//
// The form of a cotangent on its way from the outputs back to the inputs. Near the outputs it has structure
// that a product would destroy, and the cheapest evaluation of a chain keeps it as long as it lasts:
//
//   identity    b_o = e_o                            at the output
//   weights     b_o = s W_o                          behind the last Dense: the same for every sample
//   weighted    b_oj = s W_oj d_j                    behind the gates before it: one vector d a sample
//   full        b_oj                                 from there on: O vectors a sample
//   gated       b_oj = f_oj d_j                      behind a gate: the product is left to its reader
//
// What is summed over outputs asks less: Σ_o ⟨b_o, b'_o⟩ of a weighted cotangent is ⟨√c d, √c d'⟩ with
// c_j = Σ_o (s W_oj)², n numbers instead of O·n.
#pragma once

#include <concepts>
#include <cstddef>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"

namespace nntk::tangent {

enum class Form { identity, weights, weighted, full, gated };

/// What the contraction over parameters keeps of a pair's O × O outputs.
enum class Reduction { trace, outputs };

/// What a stage finds on the way back.
struct Surroundings {
  Form form;                   ///< of the cotangent behind it
  bool wanted;                 ///< whether something before it wants the cotangent
  bool sparse_behind = false;  ///< whether a gate directly behind it is sparse
  bool sparse_before = false;  ///< whether a gate directly before it is sparse
};

/// The form before a stage, given the form behind it.
template <class Stage>
struct FormBefore {
  static constexpr Form of(Form /*behind*/) { return Form::full; }
};
template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct FormBefore<Bound<Dense<width, scale, p>, in, offset>> {
  static constexpr Form of(Form behind) { return behind == Form::identity ? Form::weights : Form::full; }
};
template <double deviation, std::size_t in, std::size_t offset>
struct FormBefore<Bound<Noise<deviation>, in, offset>> {
  static constexpr Form of(Form behind) { return behind; }
};
template <std::derived_from<Gate> G, std::size_t in, std::size_t offset>
struct FormBefore<Bound<G, in, offset>> {
  static constexpr Form of(Form behind) {
    return behind == Form::weights || behind == Form::weighted ? Form::weighted : Form::gated;
  }
};

/// Rows of b that a Dense layer's factor holds, for O outputs and the form of its own cotangent.
constexpr std::size_t cotangent_rows(Form form, Reduction reduction, std::size_t outputs, std::size_t width) {
  if (form == Form::identity) return 0;
  return form == Form::weighted && reduction == Reduction::trace ? width : outputs * width;
}

}  // namespace nntk::tangent
