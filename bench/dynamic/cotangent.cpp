// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/cotangent.hpp"

#include <cmath>
#include <utility>

#include "dynamic/blas.hpp"

namespace nntk::dynamic {

namespace {

template <class Real>
void scale_row(Real* row, const Real* factors, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] *= factors[i];
}

template <class Real>
void scale_row(Real* row, Real factor, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] *= factor;
}

template <class Real>
void add_row(Real* row, Real scale, const Real* other, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] += scale * other[i];
}

template <class Real>
void add_row(Real* row, Real shift, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) row[i] += shift;
}

/// (width·O) × n read as width × (O·n): the outputs of a feature lie one behind the other.
template <class Real, class Rows>
View<Real> by_feature(Rows& rows, std::size_t outputs) {
  const std::size_t length = outputs * rows.stride();
  return {rows.row(0), rows.rows() / outputs, length, length};
}

}  // namespace

template <class Real>
Cotangent<Real> Cotangent<Real>::identity(std::size_t outputs) {
  Cotangent result;
  result.outputs_ = outputs;
  result.shared_ = Matrix<Real>(outputs, outputs);
  for (std::size_t o = 0; o < outputs; ++o) result.shared_.row(o)[o] = 1;
  return result;
}

template <class Real>
Cotangent<Real> Cotangent<Real>::of_rows(std::size_t outputs, Matrix<Real> rows) {
  Cotangent result;
  result.outputs_ = outputs;
  result.rows_ = std::move(rows);
  return result;
}

template <class Real>
void Cotangent<Real>::gate(Matrix<Real> slopes) {
  if (empty()) return;
  if (is_shared()) {
    slopes_ = std::move(slopes);
    return;
  }
  Matrix<Real>& gated = rows_.empty() ? slopes_ : rows_;
  const std::size_t repeats = gated.rows() / slopes.rows();
  for (std::size_t r = 0; r < gated.rows(); ++r)
    scale_row(gated.row(r), slopes.row(r / repeats), gated.stride());
}

template <class Real>
Cotangent<Real> Cotangent<Real>::pull_through(View<const Real> weight, Real scale) const {
  if (!rows_.empty()) {
    Matrix<Real> pulled(weight.columns * outputs_, rows_.columns());
    multiply_transposed(scale, weight, by_feature<const Real>(rows_, outputs_), Real(0),
                        by_feature<Real>(pulled, outputs_));
    return of_rows(outputs_, std::move(pulled));
  }
  if (!slopes_.empty()) return pull_gated_through(weight, scale);
  Cotangent pulled;
  pulled.outputs_ = outputs_;
  pulled.shared_ = Matrix<Real>(weight.columns, outputs_);
  multiply_transposed(scale, weight, shared_.view(), Real(0), pulled.shared_.view());
  return pulled;
}

/// One output at a time: b_o is formed in a small matrix that stays in cache.
template <class Real>
Cotangent<Real> Cotangent<Real>::pull_gated_through(View<const Real> weight, Real scale) const {
  Matrix<Real> pulled(weight.columns * outputs_, samples());
  for (std::size_t o = 0; o < outputs_; ++o)
    multiply_transposed(scale, weight, output(o).view(), Real(0), pulled.view().every(outputs_, o));
  return of_rows(outputs_, std::move(pulled));
}

template <class Real>
Matrix<Real> Cotangent<Real>::output(std::size_t index) const {
  Matrix<Real> result = slopes_;
  for (std::size_t j = 0; j < result.rows(); ++j)
    scale_row(result.row(j), shared_.row(j)[index], result.stride());
  return result;
}

template <class Real>
void Cotangent<Real>::scale(Real factor) {
  Matrix<Real>& scaled = rows_.empty() ? shared_ : rows_;
  scale_row(scaled.values().data(), factor, scaled.values().size());
}

template <class Real>
void Cotangent<Real>::add(const Cotangent& other) {
  if (is_shared() && other.is_shared()) {
    add_row(shared_.row(0), Real(1), other.shared_.row(0), shared_.values().size());
    return;
  }
  if (rows_.empty()) *this = of_rows(outputs_, expanded(is_shared() ? other.samples() : samples()));
  other.add_to(rows_);
}

template <class Real>
void Cotangent<Real>::add_to(Matrix<Real>& rows) const {
  const std::size_t length = rows.stride();
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::size_t j = r / outputs_, o = r % outputs_;
    if (!rows_.empty())
      add_row(rows.row(r), Real(1), rows_.row(r), length);
    else if (!slopes_.empty())
      add_row(rows.row(r), shared_.row(j)[o], slopes_.row(j), length);
    else
      add_row(rows.row(r), shared_.row(j)[o], length);
  }
}

template <class Real>
Matrix<Real> Cotangent<Real>::expanded(std::size_t samples) const {
  Matrix<Real> result(width() * outputs_, samples);
  add_to(result);
  return result;
}

template <class Real>
std::vector<Real> Cotangent<Real>::constant_products() const {
  if (!is_shared()) return {};
  std::vector<Real> result(outputs_ * outputs_);
  multiply_transposed(Real(1), shared_.view(), shared_.view(), Real(0),
                      View<Real>{result.data(), outputs_, outputs_, outputs_});
  return result;
}

template <class Real>
Matrix<Real> Cotangent<Real>::summed() && {
  for (std::size_t j = 0; j < slopes_.rows(); ++j) {
    Real squares = 0;
    for (std::size_t o = 0; o < outputs_; ++o) squares += shared_.row(j)[o] * shared_.row(j)[o];
    scale_row(slopes_.row(j), std::sqrt(squares), slopes_.stride());
  }
  return std::move(rows_.empty() ? slopes_ : rows_);
}

template <class Real>
Matrix<Real> Cotangent<Real>::rows() && {
  if (is_shared()) return {};
  return rows_.empty() ? expanded(samples()) : std::move(rows_);
}

template class Cotangent<float>;
template class Cotangent<double>;

}  // namespace nntk::dynamic
