// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel that the options ask for, ready to be evaluated on data.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "console.hpp"
#include "nntk/expr/tile.hpp"
#include "nntk/io/table.hpp"
#include "nntk/tensor.hpp"
#include "nntk/tool/program.hpp"
#include "options.hpp"

namespace nntk::tool {

class KernelEvaluation {
 public:
  /// Checks the options, then reads or draws the parameters. Throws UsageError and DataError. Refers to the
  /// program and the console.
  KernelEvaluation(const Program& program, const Description& description, const KernelOptions& options,
                   const Console& console, bool with_error = false);

  /// (x.count, x2.count, entries of the mode); without x2 the symmetric matrix of x. `label` names the work
  /// on the progress bar. `error` becomes the standard errors where the request is with_error. BLAS has one
  /// thread meanwhile. Throws Interrupted, and DataError where there is no memory for the result or it
  /// overflows.
  [[nodiscard]] AlignedBuffer<double> evaluate(const std::string& label, OutputMode outputs, Samples x,
                                               Samples x2) const {
    return evaluate(label, request(outputs, x, x2, false), nullptr);
  }
  [[nodiscard]] AlignedBuffer<double> evaluate(const std::string& label, const GramRequest& request,
                                               AlignedBuffer<double>* error) const;

  /// What the program is asked for.
  [[nodiscard]] GramRequest request(OutputMode outputs, Samples x, Samples x2, bool with_error) const;

  /// Throws DataError where a value is not finite.
  void require_finite(std::span<const double> values) const;

  /// f(x; θ) (x.count, outputs) of the network behind the kernel, which must be one of given parameters; of a
  /// stochastic network the mean over its realisations.
  [[nodiscard]] Matrix outputs(Samples x) const;

 private:
  const Program& program_;
  const Description& description_;
  const Console& console_;
  KernelKind kind_;
  io::Array anchors_;
  NonlocalOptions nonlocal_;
  Realisations realisations_;
  int threads_;
  std::vector<double> theta_;
};

}  // namespace nntk::tool
