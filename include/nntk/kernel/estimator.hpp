// SPDX-License-Identifier: BSD-3-Clause
//
// How a nonlocal kernel is estimated from M sampled displacements (kernel/nonlocal.hpp has the formulas).
#pragma once

namespace nntk {

enum class Estimator {
  plugin,    ///< the paper's: inner product of two estimated gradients; PSD; inflated by 1 + (p − 1)/M
  unbiased,  ///< the same without the terms of a sample with itself; may be indefinite
  energy,    ///< the two-point (Dirichlet form) kernel; PSD; error O(1/√M) whatever p
};

}  // namespace nntk
