// SPDX-License-Identifier: BSD-3-Clause
#include "parameters.hpp"

#include "inputs.hpp"
#include "kernel_options.hpp"

namespace nntk::tool {

std::vector<double> find_parameters(const Program& program, const Description& description,
                                    const KernelOptions& options) {
  const KernelKind kind = kind_of(options);
  if (kind == KernelKind::nngp || kind == KernelKind::ntk_infinite) return {};
  if (options.theta) return read_parameters(*options.theta, description);
  std::vector<double> theta(description.parameter_count);
  program.initialise(seed_of(options), theta);
  return theta;
}

}  // namespace nntk::tool
