// SPDX-License-Identifier: BSD-3-Clause
//
// How far the kernel K_t (n,n) of a network in training has come from the one that it started with, K_0.
//
//   drift      ‖K_t − K_0‖_F / ‖K_0‖_F      0 for a network that stays lazy (Chizat, Oyallon & Bach 2019)
//   overlap    ‖V_0ᵀ V_t‖_F² / k            V (n,k) the eigenvectors of the k largest eigenvalues: the mean
//                                           squared cosine between the two spaces, 1 for the same, k/n for
//                                           spaces that know nothing of each other
//
// The overlap is of spaces, not of vectors, since eigenvectors of eigenvalues that meet turn into each other
// at once. It jumps only where the k-th and the next eigenvalue meet.
#pragma once

#include <cstddef>
#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// Where on its path a kernel is.
struct KernelPosition {
  Vector eigenvalues;           // (k,), the largest, descending
  double condition_number = 0;  // as spectrum.hpp has it
  double drift = 0;             // NaN from K_0 = 0
  double overlap = 0;
};

class KernelPath {
 public:
  /// From K_0, symmetric, followed by the leading k = min(leading, n) ≥ 1 eigenvectors. Cost and memory of
  /// eigensystem (linalg.hpp), of which one n×n matrix is kept beside K_0. DataError when the matrix is
  /// empty, not symmetric or not finite.
  KernelPath(Matrix first, std::size_t leading);

  /// Of K_t, of the order of K_0. Cost and memory of eigensystem. DataError as above, or where the order is
  /// another.
  [[nodiscard]] KernelPosition locate(const Matrix& gram) const;

  [[nodiscard]] const Matrix& first() const noexcept { return first_; }
  /// K_0 = V diag(λ) Vᵀ
  [[nodiscard]] const Eigensystem& modes() const noexcept { return modes_; }

 private:
  Matrix first_;
  Eigensystem modes_;
  std::size_t leading_;
};

/// The eigenvectors (n,count) of the largest eigenvalues, descending. Allocates the result.
[[nodiscard]] Matrix leading_vectors(const Eigensystem& modes, std::size_t count);

}  // namespace nntk
