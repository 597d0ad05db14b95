// SPDX-License-Identifier: BSD-3-Clause
//
// How a kernel K (n,n) and targets Y (n,outputs) of the same examples agree, before anything is fitted.
//
//   alignment           ⟨K, YYᵀ⟩_F / (‖K‖_F ‖YYᵀ‖_F)            Cristianini et al. 2001, "On kernel-target
//                                                                alignment"
//   centred alignment   the same of HKH and HY, H = I − 11ᵀ/n    Cortes, Mohri & Rostamizadeh 2012,
//                                                                "Algorithms for learning kernels based on
//                                                                centered alignment"
//   energy              ‖v_iᵀ Y‖² / ‖Y‖_F², K = V diag(λ) Vᵀ     the targets' share along an eigenvector
//
// Alignments are cosines, 0 to 1 for a positive semi-definite kernel, and 1 for K = YYᵀ; no scale of K or Y
// and no order of the examples changes them. A constant added to the kernel or to an output changes the first
// and not the centred one, which is why it is the centred one that tells kernels apart.
//
// What is learnt early, or from few examples, is the energy of the leading eigenvectors. For one output,
// alignment = Σ λ_i energy_i / √Σλ². Within an eigenvalue that several eigenvectors share, only the sum of
// their energies means anything.
#pragma once

#include <nntk/linalg.hpp>
#include <nntk/tensor.hpp>

namespace nntk {

/// NaN for K = 0 or Y = 0, where it is not defined. 2n²·outputs flops; allocates copies of both. DataError
/// when the kernel is empty, not symmetric or not finite, or the targets do not fit or are not finite.
[[nodiscard]] double measure_alignment(const Matrix& gram, const Matrix& targets);

/// The same centred. NaN when HKH is 0 up to rounding, or no output varies.
[[nodiscard]] double measure_centred_alignment(const Matrix& gram, const Matrix& targets);

/// By descending eigenvalue.
struct TargetEnergy {
  Vector shares;      // (n,), of every eigenvector, which sum to 1
  Vector cumulative;  // (n,), of the first 1, …, n
  double total = 0;   // ‖Y‖_F²
};

/// From the eigensystem (linalg.hpp) of K. 2n²·outputs flops; allocates some vectors and two matrices of
/// n×outputs. DataError when the targets do not fit, are not finite, or all 0, or ‖Y‖_F² overflows.
[[nodiscard]] TargetEnergy measure_energy(const Eigensystem& modes, const Matrix& targets);

}  // namespace nntk
