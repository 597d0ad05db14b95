// SPDX-License-Identifier: BSD-3-Clause
//
// Kernel ridge regression on more examples than a matrix in memory can have: conjugate gradients on products
// with K, all outputs together.
//
//   (K + λ I) α = Y − offset,   P⁻¹ = (I − L (λ I + LᵀL)⁻¹ Lᵀ)/λ,   L Lᵀ = K_nm K_mm⁻¹ K_mn ≈ K
//
// P is the same system with the Nyström approximation of K from m examples, the landmarks (Williams and
// Seeger 2001; as a preconditioner Frangella, Tropp and Udell 2023): it takes the leading m eigenvalues out
// of the condition number.
#pragma once

#include <cstddef>
#include <nntk/analysis/ridge.hpp>
#include <nntk/kernel/kernel_operator.hpp>
#include <nntk/tensor.hpp>
#include <vector>

namespace nntk {

/// Some of the examples, and the kernel (n,m) of all against these.
struct Landmarks {
  std::vector<std::size_t> indices;
  Matrix kernel;
};

/// `count` different indices below n, at most all, ascending: the same ones for a seed everywhere. Allocates
/// n numbers.
[[nodiscard]] std::vector<std::size_t> choose_landmarks(std::size_t n, std::size_t count,
                                                        std::uint64_t seed = 0);

/// Where conjugate gradients end.
struct ConjugateGradients {
  double tolerance = 1e-6;  ///< of ‖Y − (K + λI) α‖/‖Y‖
  std::size_t most_steps = 1000;
};

struct IterativeFit {
  RidgeRegression regression;
  std::size_t steps;
  double residual;  ///< ‖Y − (K + λI) α‖/‖Y‖
};

/// The fit of targets (n,outputs), ridge > 0 relative to the mean diagonal as in RidgeRegression. A step
/// costs a product with K and 4nm·outputs flops; 3nm² come before. Allocates 8 vectors (n,outputs); the
/// kernel of the landmarks is overwritten: std::move it in. UsageError for a ridge that is not positive.
/// DataError where the shapes do not fit, an entry is not finite, or the tolerance is not reached.
[[nodiscard]] IterativeFit fit_iteratively(KernelOperator& kernel, Landmarks landmarks, Matrix targets,
                                           double ridge, Offset offset = Offset::mean,
                                           const ConjugateGradients& until = {});

}  // namespace nntk
