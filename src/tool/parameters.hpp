// SPDX-License-Identifier: BSD-3-Clause
//
// The parameters θ that the options ask for.
#pragma once

#include <vector>

#include "nntk/tool/program.hpp"
#include "options.hpp"

namespace nntk::tool {

/// Read from --theta or drawn from --seed; empty for a kernel that has none. Throws DataError.
[[nodiscard]] std::vector<double> find_parameters(const Program& program, const Description& description,
                                                  const KernelOptions& options);

}  // namespace nntk::tool
