// SPDX-License-Identifier: BSD-3-Clause
//
// Parameters that the local NTK cannot see. Sign, Heaviside and Quantize have the derivative 0, so that
// nothing before them moves an output; a Residual carries the derivative past its body.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nntk/tool/program.hpp"

namespace nntk::tool {

/// The names of the blocks with a derivative of 0 everywhere, in their order.
[[nodiscard]] std::vector<std::string> find_dead_blocks(std::span<const LayerDescription> layers);

}  // namespace nntk::tool
