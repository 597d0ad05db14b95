// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel that the options ask for, as an operator that never stores it.
#pragma once

#include <memory>

#include "kernel_evaluation.hpp"
#include "nntk/kernel/kernel_operator.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

class MatrixFreeKernel {
 public:
  /// Of samples against others, or against themselves where those are none; sweeps through them. It refers to
  /// all of them. Throws Interrupted.
  MatrixFreeKernel(const Program& program, const KernelEvaluation& kernel, Samples x, Samples x2);
  MatrixFreeKernel(const MatrixFreeKernel&) = delete;
  MatrixFreeKernel& operator=(const MatrixFreeKernel&) = delete;

  /// Throws Interrupted, and DataError where the kernel is not finite.
  [[nodiscard]] KernelOperator& product() { return operator_; }

 private:
  std::unique_ptr<GramEvaluation> evaluation_;
  KernelOperator operator_;
};

}  // namespace nntk::tool
