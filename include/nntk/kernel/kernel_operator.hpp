// SPDX-License-Identifier: BSD-3-Clause
//
// A Gram matrix that is multiplied with and never stored: parts of it are evaluated, used and forgotten.
//
//   out_I += K_IJ v_J       and of a symmetric matrix, where J is behind I,       out_J += K_IJᵀ v_I
//
// The parts come in one order, so that a product has the same bits for any number of threads.
#pragma once

#include <cstddef>
#include <functional>

#include "nntk/kernel/gram.hpp"
#include "nntk/tensor.hpp"

namespace nntk {

class KernelOperator {
 public:
  /// Writes the kernel of a part, (rows, columns) row-major.
  using EvaluatePart = std::function<void(const Part&, double*)>;

  /// Of a matrix of one entry a pair whose parts begin at multiples of `granularity`. Allocates a part, of
  /// 2 MiB, or 8 granularity to the side where that is more.
  KernelOperator(const Part& whole, bool is_symmetric, std::size_t granularity, EvaluatePart evaluate);
  /// Of a scheduler that has been prepared, and keeps features. It refers to the scheduler.
  template <class T>
  explicit KernelOperator(Gram<T>& gram)
      : KernelOperator(gram.whole(), gram.is_symmetric(), gram.granularity(),
                       [&gram](const Part& part, double* values) { gram.evaluate(part, {values}); }) {}

  [[nodiscard]] std::size_t rows() const { return whole_.rows.count; }
  [[nodiscard]] std::size_t columns() const { return whole_.columns.count; }

  /// K v (n,k) of v (m,k). Cost: the evaluation of all pairs, of a symmetric matrix half of them, and 2nmk
  /// flops. Allocates the result. DataError where v has other than m rows; what the evaluation throws.
  [[nodiscard]] Matrix multiply(const Matrix& v);

  /// K_ii (n,) of a symmetric matrix. Cost: n · granularity pairs. Allocates the result.
  [[nodiscard]] Vector diagonal();

 private:
  Part whole_;
  bool is_symmetric_;
  std::size_t granularity_;
  EvaluatePart evaluate_;
  std::size_t side_;
  AlignedBuffer<double> values_;
};

}  // namespace nntk
