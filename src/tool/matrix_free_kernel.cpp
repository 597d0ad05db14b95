// SPDX-License-Identifier: BSD-3-Clause
#include "matrix_free_kernel.hpp"

#include "interruption.hpp"
#include "nntk/linalg.hpp"

namespace nntk::tool {

namespace {

GramRequest request_for(const KernelEvaluation& kernel, Samples x, Samples x2) {
  GramRequest request = kernel.request(OutputMode::mean, x, x2, false);
  request.in_parts = true;
  return request;
}

}  // namespace

MatrixFreeKernel::MatrixFreeKernel(const Program& program, const KernelEvaluation& kernel, Samples x,
                                   Samples x2)
    : evaluation_(program.prepare(request_for(kernel, x, x2))),
      operator_(evaluation_->whole(), x2.count == 0, evaluation_->granularity(),
                [this, &kernel](const Part& part, double* values) {
                  const std::span<double> to(values, part.pairs());
                  evaluation_->evaluate(part, {to}, Interruption::permits);
                  kernel.require_finite(to);
                }) {
  set_blas_threads(1);
  evaluation_->prepare(Interruption::permits);
}

}  // namespace nntk::tool
