// SPDX-License-Identifier: BSD-3-Clause
//
// Eigenvalues as a solver leaves them: each within n·ε·max|λ| of the exact one.
#pragma once

#include <nntk/tensor.hpp>

namespace nntk {

/// n·ε·max|λ| of n ≥ 1 sorted eigenvalues, whichever way they are sorted.
[[nodiscard]] double rounding_of(const Vector& sorted);

/// The ascending eigenvalues of a kernel, with 0 for those below. DataError for one below −1e-5·λ_max, more
/// than single precision explains.
[[nodiscard]] Vector require_semidefinite(Vector ascending);

}  // namespace nntk
