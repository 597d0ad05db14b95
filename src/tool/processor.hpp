// SPDX-License-Identifier: BSD-3-Clause
//
// Whether the processor at hand can run what the kernels were compiled for.
#pragma once

#include <string_view>

namespace nntk::tool {

/// Whether this processor has the instruction set, named as xsimd names it: "fma3+avx2", "avx512bw". True for
/// a name not known here. Allocates nothing.
[[nodiscard]] bool processor_supports(std::string_view instruction_set) noexcept;

}  // namespace nntk::tool
