// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/gram.hpp"

#include <algorithm>
#include <utility>

#include "dynamic/blas.hpp"

namespace nntk::dynamic {

namespace {

/// (width·O) × n, row j·O + o, becomes width × (n·O), column i·O + o: a tile of samples with all their
/// outputs is then one block of columns.
template <class Real>
Matrix<Real> interleave_outputs(const Matrix<Real>& rows, std::size_t outputs) {
  Matrix<Real> result(rows.rows() / outputs, rows.columns() * outputs);
  for (std::size_t j = 0; j < result.rows(); ++j)
    transpose(View<const Real>{rows.row(j * outputs), outputs, rows.columns(), rows.stride()},
              View<Real>{result.row(j), rows.columns(), outputs, outputs});
  return result;
}

template <class Real>
Matrix<Real> contracted(OutputMode mode, Cotangent<Real> cotangent) {
  const std::size_t outputs = cotangent.outputs();
  if (mode == OutputMode::sum || mode == OutputMode::mean) return std::move(cotangent).summed();
  Matrix<Real> rows = std::move(cotangent).rows();
  return mode == OutputMode::full && !rows.empty() ? interleave_outputs(rows, outputs) : std::move(rows);
}

/// `total` cut into equal parts of at most `edge`.
std::size_t even_part(std::size_t total, std::size_t edge) {
  const std::size_t parts = (total + edge - 1) / edge;
  return parts == 0 ? 1 : (total + parts - 1) / parts;
}

template <class Real>
Real trace(const std::vector<Real>& square, std::size_t rows) {
  Real sum = 0;
  for (std::size_t i = 0; i < rows; ++i) sum += square[i * rows + i];
  return sum;
}

/// out_j ← out_j + term(j), the out_j `step` apart.
template <class Real, class Term>
void add_row(Real* out, std::size_t step, std::size_t count, Term term) {
  if (step == 1)
    for (std::size_t j = 0; j < count; ++j) out[j] += term(j);
  else
    for (std::size_t j = 0; j < count; ++j) out[j * step] += term(j);
}

/// Copies the lower half of a square onto its upper one.
template <class Real>
void mirror_lower(View<Real> square) {
  constexpr std::size_t strip = 16;
  for (std::size_t i = 0; i < square.rows; i += strip) {
    const std::size_t rows = std::min(strip, square.rows - i);
    transpose<Real>({square.row(i), rows, i, square.stride}, {square.data + i, i, rows, square.stride});
    for (std::size_t r = i; r < i + rows; ++r)
      for (std::size_t j = i; j < r; ++j) square.row(j)[r] = square.row(r)[j];
  }
}

}  // namespace

template <class Real>
Factor<Real>::Factor(OutputMode mode, Matrix<Real> activation_, Cotangent<Real> cotangent_, Real weight_,
                     Real bias_)
    : activation(std::move(activation_)),
      constant(cotangent_.constant_products()),
      weight(weight_),
      bias(bias_) {
  const std::size_t outputs = cotangent_.outputs();
  cotangent = contracted(mode, std::move(cotangent_));
  if (mode != OutputMode::mean) return;
  weight /= static_cast<Real>(outputs);
  bias /= static_cast<Real>(outputs);
}

template <class Real>
Gram<Real>::Gram(const GramShape& shape, std::span<Real> out, Products products)
    : shape_(shape),
      products_(products),
      outputs_(shape.outputs),
      columns_(shape.width()),
      entries_(shape.entries()),
      out_(out) {}

/// Narrow layers want tiles that stay in the second-level cache while all layers are multiplied into them,
/// and that OpenBLAS multiplies without packing; wide ones want whole matrices, where syrk saves half.
/// Products and loops with n = 1536: widths 16: 4.2 ms at 96, 5.3 at 256, 8 or more whole; widths 256 with 10
/// outputs: 147 ms at 256, 119 whole.
template <class Real>
void Gram<Real>::choose_edge(const Tangent<Real>& tangent) {
  std::size_t widest = 0;
  for (const Factor<Real>& factor : tangent)
    widest = std::max({widest, factor.activation.rows(), factor.cotangent.rows()});
  const std::size_t whole = std::max(shape_.rows, columns_);
  const std::size_t edge = widest <= 96 ? 96 : 1536;
  const std::size_t shared_by = shape_.mode == OutputMode::full       ? 4 * outputs_
                                : shape_.mode == OutputMode::diagonal ? 4
                                                                      : 1;
  edge_ = products_ == Products::whole ? whole : even_part(whole, std::max<std::size_t>(edge / shared_by, 8));
  const std::size_t group = shape_.mode == OutputMode::full ? outputs_ : 1;
  inner_.resize(edge_ * edge_);
  outer_.resize(edge_ * edge_ * group * group);
}

template <class Real>
void Gram<Real>::add(const Tangent<Real>& left, const Tangent<Real>& right) {
  choose_edge(left);
  for (std::size_t i = 0; i < shape_.rows; i += edge_)
    for (std::size_t j = 0; j < (shape_.is_symmetric() ? i + 1 : columns_); j += edge_)
      add_tile(left, right,
               {i, std::min(edge_, shape_.rows - i), j, std::min(edge_, columns_ - j),
                shape_.is_symmetric() && i == j});
  started_ = true;
  if (shape_.is_symmetric()) mirror();
}

template <class Real>
void Gram<Real>::add_tile(const Tangent<Real>& left, const Tangent<Real>& right, const Tile& tile) {
  if (!started_) clear(tile);
  for (std::size_t f = 0; f < left.size(); ++f) {
    multiply_activations(left[f], right[f], tile);
    if (shape_.mode == OutputMode::full)
      add_full(left[f], right[f], tile);
    else if (shape_.mode == OutputMode::diagonal)
      add_diagonal(left[f], right[f], tile);
    else
      add_summed(left[f], right[f], tile);
  }
}

template <class Real>
void Gram<Real>::clear(const Tile& tile) {
  for (std::size_t i = 0; i < tile.rows; ++i)
    std::fill_n(pair(tile.row + i, tile.column), tile.reach(i) * entries_, Real(0));
}

/// leftᵀ right of the tile's samples, `group` columns each.
template <class Real>
void Gram<Real>::multiply(View<const Real> left, View<const Real> right, const Tile& tile, std::size_t group,
                          std::vector<Real>& product) {
  const View<Real> result{product.data(), tile.rows * group, tile.columns * group, tile.columns * group};
  const View<const Real> rows = left.columns_from(tile.row * group, tile.rows * group);
  if (tile.on_diagonal)
    square_lower(rows, result);
  else
    multiply_transposed(Real(1), rows, right.columns_from(tile.column * group, tile.columns * group), Real(0),
                        result);
}

template <class Real>
void Gram<Real>::multiply_activations(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile) {
  if (left.activation.empty())
    std::fill(inner_.begin(), inner_.end(), Real(0));
  else
    multiply(left.activation.view(), right.activation.view(), tile, 1, inner_);
}

template <class Real>
void Gram<Real>::add_summed(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile) {
  if (left.cotangent.empty()) return add_constant_entry(left, tile, 0, trace(left.constant, outputs_));
  multiply(left.cotangent.view(), right.cotangent.view(), tile, 1, outer_);
  add_entry(left, tile, 0);
}

template <class Real>
void Gram<Real>::add_diagonal(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile) {
  for (std::size_t o = 0; o < outputs_; ++o) {
    if (left.cotangent.empty()) {
      add_constant_entry(left, tile, o, left.constant[o * outputs_ + o]);
      continue;
    }
    multiply(left.cotangent.view().every(outputs_, o), right.cotangent.view().every(outputs_, o), tile, 1,
             outer_);
    add_entry(left, tile, o);
  }
}

template <class Real>
void Gram<Real>::add_full(const Factor<Real>& left, const Factor<Real>& right, const Tile& tile) {
  if (left.cotangent.empty()) {
    for (std::size_t entry = 0; entry < entries_; ++entry)
      if (left.constant[entry] != 0) add_constant_entry(left, tile, entry, left.constant[entry]);
    return;
  }
  multiply(left.cotangent.view(), right.cotangent.view(), tile, outputs_, outer_);
  for (std::size_t i = 0; i < tile.rows; ++i)
    for (std::size_t j = 0; j < tile.reach(i); ++j) add_block(left, tile, i, j);
}

/// out ← out + (weight · aᵀa + bias) ∘ bᵀb of one pair: O × O. On the diagonal bᵀb has its lower half only.
template <class Real>
void Gram<Real>::add_block(const Factor<Real>& factor, const Tile& tile, std::size_t i, std::size_t j) {
  Real* out = pair(tile.row + i, tile.column + j);
  const Real scale = factor.weight * inner_[i * tile.columns + j] + factor.bias;
  for (std::size_t o = 0; o < outputs_; ++o) {
    const Real* outer = &outer_[((i * outputs_ + o) * tile.columns + j) * outputs_];
    const std::size_t reach = tile.on_diagonal && i == j ? o + 1 : outputs_;
    for (std::size_t p = 0; p < reach; ++p) out[o * outputs_ + p] += scale * outer[p];
  }
}

template <class Real>
void Gram<Real>::add_constant_entry(const Factor<Real>& factor, const Tile& tile, std::size_t entry,
                                    Real constant) {
  const Real weight = factor.weight * constant, bias = factor.bias * constant;
  for (std::size_t i = 0; i < tile.rows; ++i) {
    const Real* inner = &inner_[i * tile.columns];
    add_row(pair(tile.row + i, tile.column) + entry, entries_, tile.reach(i),
            [=](std::size_t j) { return weight * inner[j] + bias; });
  }
}

template <class Real>
void Gram<Real>::add_entry(const Factor<Real>& factor, const Tile& tile, std::size_t entry) {
  const Real weight = factor.weight, bias = factor.bias;
  for (std::size_t i = 0; i < tile.rows; ++i) {
    const Real *inner = &inner_[i * tile.columns], *outer = &outer_[i * tile.columns];
    add_row(pair(tile.row + i, tile.column) + entry, entries_, tile.reach(i),
            [=](std::size_t j) { return (weight * inner[j] + bias) * outer[j]; });
  }
}

/// Copies the lower half onto the upper one. Tile by tile, while a tile is in cache, was slower: 9.0 ms
/// for 7.1 in all with widths 16 and n = 1536.
template <class Real>
void Gram<Real>::mirror() {
  if (entries_ == 1) return mirror_lower(View<Real>{out_.data(), shape_.rows, columns_, columns_});
  for (std::size_t i = 0; i < shape_.rows; ++i) {
    for (std::size_t j = 0; j < i; ++j) mirror_pair(pair(i, j), pair(j, i));
    if (shape_.mode == OutputMode::full) mirror_lower(View<Real>{pair(i, i), outputs_, outputs_, outputs_});
  }
}

/// K_oo'(x,x') = K_o'o(x',x).
template <class Real>
void Gram<Real>::mirror_pair(const Real* from, Real* to) const {
  if (shape_.mode == OutputMode::full)
    transpose<Real>({from, outputs_, outputs_, outputs_}, {to, outputs_, outputs_, outputs_});
  else
    std::copy_n(from, entries_, to);
}

template class Gram<float>;
template class Gram<double>;
template struct Factor<float>;
template struct Factor<double>;

}  // namespace nntk::dynamic
