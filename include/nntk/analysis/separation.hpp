// SPDX-License-Identifier: BSD-3-Clause
//
// Class separation: how far apart a kernel K (n,n) holds examples of different labels. A kernel is a map φ to
// feature space, K_ij = ⟨φ_i, φ_j⟩, and distances there need no φ:
//
//   d_ij    = ‖φ_i − φ_j‖² = K_ii + K_jj − 2 K_ij      Schölkopf & Smola 2002, "Learning with Kernels"
//   within  = the mean d_ij of all pairs i ≠ j of one class
//   between = the mean d_ij of all pairs of two classes
//
// The ratio between / within is 1 where labels say nothing about the distances, and grows without bound as
// the classes shrink to points. A factor of K, a constant added to it, and the names of the labels change
// nothing.
#pragma once

#include <nntk/tensor.hpp>

namespace nntk {

struct ClassSeparation {
  double within = 0;  // NaN when no class has two examples
  double between = 0;

  /// Infinite when all examples of a class are one point, NaN when all of all classes are.
  [[nodiscard]] double ratio() const { return between / within; }
};

/// Of labels (n,), any numbers. O(n²), allocates vectors. DataError when the kernel is empty, not symmetric
/// or not finite, there are other than n labels, or they make fewer than two classes.
[[nodiscard]] ClassSeparation measure_separation(const Matrix& gram, const Vector& labels);

}  // namespace nntk
