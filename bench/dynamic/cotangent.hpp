// SPDX-License-Identifier: BSD-3-Clause
//
// How the outputs move with one layer's output z, b_oj(x) = ∂f_o(x)/∂z_j, for every sample x at once, kept in
// the smallest of three forms:
//
//   shared   b_oj(x) = c_jo            (width) × O            behind the last activation: no sample enters
//   gated    b_oj(x) = c_jo φ'_j(x)    and (width) × n        at the last activation
//   rows     b_oj(x)                   (width·O) × n          before it; row j·O + o
//
// The forms are what makes a kernel cheap: the inner products of shared cotangents are one number for all
// pairs of samples, and a sum over outputs of gated ones contracts over `width` rows, Σ_j (Σ_o c_jo²) φ'_j(x)
// φ'_j(x'), for width·O.
#pragma once

#include <cstddef>
#include <vector>

#include "dynamic/matrix.hpp"

namespace nntk::dynamic {

template <class Real>
class Cotangent {
 public:
  /// Nothing: of a layer before which nobody has parameters.
  Cotangent() = default;
  /// Of the network's own output.
  static Cotangent identity(std::size_t outputs);
  /// Given row by row, (width·outputs) × n.
  static Cotangent of_rows(std::size_t outputs, Matrix<Real> rows);

  [[nodiscard]] bool empty() const { return outputs_ == 0; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }

  /// b ← b ∘ φ', slopes (width × n): back through an activation.
  void gate(Matrix<Real> slopes);
  /// scale · Wᵀ b, W (width × width_in): back through a weight.
  [[nodiscard]] Cotangent pull_through(View<const Real> weight, Real scale) const;
  /// b ← factor · b.
  void scale(Real factor);
  /// b ← b + other: where two branches part.
  void add(const Cotangent& other);

  /// ⟨b_o, b_p⟩ at [o·O + p], for all samples alike. Empty unless shared.
  [[nodiscard]] std::vector<Real> constant_products() const;
  /// Rows whose inner products are Σ_o ⟨b_o(x), b_o(x')⟩; few if gated. Empty if shared.
  [[nodiscard]] Matrix<Real> summed() &&;
  /// The third form. Empty if shared.
  [[nodiscard]] Matrix<Real> rows() &&;

 private:
  [[nodiscard]] bool is_shared() const { return slopes_.empty() && rows_.empty(); }
  [[nodiscard]] std::size_t width() const {
    return shared_.empty() ? rows_.rows() / outputs_ : shared_.rows();
  }
  [[nodiscard]] std::size_t samples() const { return rows_.empty() ? slopes_.columns() : rows_.columns(); }
  void add_to(Matrix<Real>& rows) const;
  [[nodiscard]] Matrix<Real> expanded(std::size_t samples) const;
  [[nodiscard]] Matrix<Real> output(std::size_t index) const;
  [[nodiscard]] Cotangent pull_gated_through(View<const Real> weight, Real scale) const;

  std::size_t outputs_ = 0;
  Matrix<Real> shared_, slopes_, rows_;
};

}  // namespace nntk::dynamic
