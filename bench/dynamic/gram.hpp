// SPDX-License-Identifier: BSD-3-Clause
//
// The Gram matrix of a tangent that is a list of factors,
//
//   Θ_oo'(x,x') = Σ_factors (weight ⟨a(x), a(x')⟩ + bias) ⟨b_o(x), b_o'(x')⟩        (Novak et al. 2022)
//
// computed tile by tile, the whole matrix being the largest: aᵀa and bᵀb of a tile by BLAS, then one loop
// that multiplies them into the result. Of a symmetric matrix only the tiles on and below the diagonal are
// computed, those on it by half, then mirrored.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "dynamic/cotangent.hpp"
#include "nntk/kernel/outputs.hpp"

namespace nntk::dynamic {

/// What a Gram matrix is of: rows × columns pairs of samples, each with some entries, row-major.
struct GramShape {
  OutputMode mode;
  std::size_t outputs, rows;
  std::size_t columns = 0;  ///< 0: those of the rows, and the matrix is symmetric

  [[nodiscard]] bool is_symmetric() const { return columns == 0; }
  [[nodiscard]] std::size_t width() const { return is_symmetric() ? rows : columns; }
  [[nodiscard]] std::size_t entries() const { return entries_of(mode, outputs); }
  [[nodiscard]] std::size_t size() const { return rows * width() * entries(); }
};

/// What BLAS multiplies at a time: whole matrices, or tiles of them that stay in cache where layers are
/// narrow.
enum class Products { whole, tiled };

/// One block's tangent, ready for the contraction.
template <class Real>
struct Factor {
  Factor(OutputMode mode, Matrix<Real> activation, Cotangent<Real> cotangent, Real weight, Real bias);
  /// A tangent given number by number, (directions·O) × n: ⟨b_o, b_o'⟩ alone.
  Factor(OutputMode mode, Matrix<Real> rows, std::size_t outputs)
      : Factor(mode, Matrix<Real>(), Cotangent<Real>::of_rows(outputs, std::move(rows)), Real(0), Real(1)) {}

  Matrix<Real> activation;  ///< a (width_in × n); empty where weight is 0
  Matrix<Real> cotangent;   ///< b: (width or width·O) × n; for `full` width × (n·O), column i·O + o
  std::vector<Real>
      constant;  ///< ⟨b_o, b_o'⟩ (O·O) where it is the same for all samples and `cotangent` is empty
  Real weight, bias;
};

template <class Real>
using Tangent = std::vector<Factor<Real>>;

/// A Gram matrix that grows by tangents.
template <class Real>
class Gram {
 public:
  /// out: shape.size() numbers, overwritten by the first `add`.
  Gram(const GramShape& shape, std::span<Real> out, Products products = Products::tiled);
  /// Adds one pair of tangents, factor by factor; for a symmetric matrix, left and right are the same.
  void add(const Tangent<Real>& left, const Tangent<Real>& right);

 private:
  struct Tile {
    std::size_t row, rows, column, columns;
    bool on_diagonal;
    /// How many columns of row i are wanted.
    [[nodiscard]] std::size_t reach(std::size_t i) const { return on_diagonal ? i + 1 : columns; }
  };

  void choose_edge(const Tangent<Real>& tangent);
  void add_tile(const Tangent<Real>& left, const Tangent<Real>& right, const Tile& tile);
  void clear(const Tile& tile);
  void multiply(View<const Real> left, View<const Real> right, const Tile& tile, std::size_t group,
                std::vector<Real>& product);
  void multiply_activations(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile);
  void add_summed(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile);
  void add_diagonal(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile);
  void add_full(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile);
  void add_constant_entry(const Factor<Real>& factor, const Tile& tile, std::size_t entry, Real constant);
  void add_entry(const Factor<Real>& factor, const Tile& tile, std::size_t entry);
  void add_block(const Factor<Real>& factor, const Tile& tile, std::size_t i, std::size_t j);
  void mirror();
  void mirror_pair(const Real* from, Real* to) const;
  [[nodiscard]] Real* pair(std::size_t i, std::size_t j) { return &out_[(i * columns_ + j) * entries_]; }

  GramShape shape_;
  Products products_;
  std::size_t outputs_, columns_, entries_;
  std::span<Real> out_;
  bool started_ = false;
  std::size_t edge_ = 0;
  std::vector<Real> inner_, outer_;  ///< aᵀa and bᵀb of a tile
};

}  // namespace nntk::dynamic
