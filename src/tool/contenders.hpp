// SPDX-License-Identifier: BSD-3-Clause
//
// The implementations that `bench` compares: the compiled kernel, the same algorithm configured at run time
// on BLAS, and forward mode alone.
#pragma once

#include <string>
#include <vector>

#include "contest.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

/// What all of them compute: the kernel of n inputs with itself.
struct Work {
  const Program& program;
  Description description;
  KernelKind kernel;
  NonlocalOptions nonlocal;
  std::size_t n;
  OutputMode outputs;
  std::vector<double> theta, x;
};

/// Random inputs from N(0, 1) and the parameters of seed 0. The nonlocal kernel takes so many displacements.
[[nodiscard]] Work make_work(const Program& program, KernelKind kernel, std::size_t n,
                             std::size_t samples = 256, OutputMode outputs = OutputMode::sum);

/// Multiply-adds that the compiled kernel spends on sweeps over all samples, and on all.
struct MultiplyAdds {
  double sweeps, all;
};
[[nodiscard]] MultiplyAdds count_multiply_adds(const Work& work);

/// How far two right results may lie apart. Of the local kernel as many inputs may differ more as can be
/// expected to have a unit so close to a kink that rounding decides on which side of it.
[[nodiscard]] Difference tolerance_of(const Work& work);

/// `fixed`; its sweeps alone, where they come before all contractions; `dynamic`, BLAS over whole matrices;
/// `tiled`, the same over tiles that stay in cache where layers are narrow; and, where they take seconds and
/// not hours, `jets`. They refer to the work.
[[nodiscard]] std::vector<Contender> make_contenders(const Work& work);

/// Why there are no jets; "" where there are.
[[nodiscard]] std::string explain_missing_jets(const Work& work);

}  // namespace nntk::tool
