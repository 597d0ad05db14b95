// SPDX-License-Identifier: BSD-3-Clause
//
// What the options of a kernel mean together.
#pragma once

#include <cstdint>
#include <string_view>

#include "options.hpp"

namespace nntk::tool {

[[nodiscard]] KernelKind kind_of(const KernelOptions& options);
[[nodiscard]] std::uint64_t seed_of(const KernelOptions& options);
/// --threads, or one a core that this process may use.
[[nodiscard]] int threads_of(const KernelOptions& options);

/// The first flag that was given and says which kernel, the threads excepted; "" for none.
[[nodiscard]] std::string_view find_kernel_flag(const KernelOptions& options);

/// The first flag that was given and goes with stochastic networks; "" for none.
[[nodiscard]] std::string_view find_noise_flag(const KernelOptions& options);

/// Of a deterministic network one.
[[nodiscard]] Realisations realisations_of(const KernelOptions& options, const Description& description);

/// Throws UsageError for options that contradict each other, or that this network cannot follow. Those of the
/// nonlocal kernel: nonlocal_options.hpp.
void require_consistent(const KernelOptions& options, const Description& description);

}  // namespace nntk::tool
