// SPDX-License-Identifier: BSD-3-Clause
//
// What the options of the nonlocal kernel mean together.
#pragma once

#include <string_view>

#include "options.hpp"

namespace nntk::tool {

/// The first flag that was given and only the nonlocal kernel reads; "" for none.
[[nodiscard]] std::string_view find_nonlocal_flag(const KernelOptions& options);

/// Throws UsageError for options that contradict each other, or that this network cannot follow.
/// The anchors are left to be read. `with_error`: a standard error is asked for, which needs one sample more.
[[nodiscard]] NonlocalOptions nonlocal_of(const KernelOptions& options, const Description& description,
                                          bool with_error);

}  // namespace nntk::tool
