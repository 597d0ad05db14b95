// SPDX-License-Identifier: BSD-3-Clause
//
// A matrix on the heap, row-major, one sample a column: row j holds feature j of every sample, so that
// elementwise loops run over contiguous samples and a Gram matrix is aᵀa.
//
//              sample 0 … sample n−1 │ padding
//   feature 0  [ ·          ·        │  0 0 ]      stride: a whole, odd number of cache lines
//   feature 1  [ ·          ·        │  0 0 ]
//
// An odd number of lines keeps the rows of one column in different cache sets: with n = 1536 a stride of
// exactly three pages made the products of narrow layers 1.6 times slower.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace nntk::dynamic {

/// A block of a row-major matrix that somebody else owns.
template <class T>
struct View {
  T* data = nullptr;
  std::size_t rows = 0, columns = 0, stride = 0;

  operator View<const T>() const { return {data, rows, columns, stride}; }
  [[nodiscard]] T* row(std::size_t i) const { return data + i * stride; }
  [[nodiscard]] View columns_from(std::size_t first, std::size_t count) const {
    return {data + first, rows, count, stride};
  }
  /// Rows first, first + step, first + 2·step, …
  [[nodiscard]] View every(std::size_t step, std::size_t first) const {
    return {row(first), rows / step, columns, stride * step};
  }
};

template <class Real>
class Matrix {
 public:
  Matrix() = default;
  /// All zero.
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), stride_(padded(columns)), values_(rows * stride_) {}

  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::size_t stride() const { return stride_; }

  [[nodiscard]] Real* row(std::size_t i) { return values_.data() + i * stride_; }
  [[nodiscard]] const Real* row(std::size_t i) const { return values_.data() + i * stride_; }

  /// Every value, padding included: what an elementwise loop runs over.
  [[nodiscard]] std::span<Real> values() { return values_; }
  [[nodiscard]] std::span<const Real> values() const { return values_; }

  [[nodiscard]] View<Real> view() { return {values_.data(), rows_, columns_, stride_}; }
  [[nodiscard]] View<const Real> view() const { return {values_.data(), rows_, columns_, stride_}; }

 private:
  static std::size_t padded(std::size_t columns) {
    constexpr std::size_t line = 64 / sizeof(Real);
    return ((columns + line - 1) / line | 1) * line;
  }

  std::size_t rows_ = 0, columns_ = 0, stride_ = 0;
  std::vector<Real> values_;
};

/// to_ji = from_ij, in blocks that fit the first-level cache.
template <class Real>
void transpose(View<const Real> from, View<Real> to) {
  constexpr std::size_t edge = 16;
  for (std::size_t i0 = 0; i0 < from.rows; i0 += edge)
    for (std::size_t j0 = 0; j0 < from.columns; j0 += edge) {
      const std::size_t i1 = std::min(i0 + edge, from.rows), j1 = std::min(j0 + edge, from.columns);
      for (std::size_t j = j0; j < j1; ++j)
        for (std::size_t i = i0; i < i1; ++i) to.row(j)[i] = from.row(i)[j];
    }
}

}  // namespace nntk::dynamic
