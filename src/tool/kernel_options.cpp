// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_options.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>

#include "names.hpp"
#include "nntk/error.hpp"
#include "nonlocal_options.hpp"

namespace nntk::tool {

KernelKind kind_of(const KernelOptions& options) { return options.kernel.value_or(KernelKind::ntk); }

std::uint64_t seed_of(const KernelOptions& options) { return options.seed.value_or(0); }

int threads_of(const KernelOptions& options) {
  if (options.threads) return static_cast<int>(*options.threads);
  return std::clamp(omp_get_max_threads(), 1, 1024);
}

std::string_view find_kernel_flag(const KernelOptions& options) {
  if (options.kernel) return "--kernel";
  if (options.theta) return "--theta";
  return options.seed ? "--seed" : find_nonlocal_flag(options);
}

void require_consistent(const KernelOptions& options, const Description& description) {
  const KernelKind kind = kind_of(options);
  const auto name = name_of(kernel_names, kind);
  const bool is_infinite = kind == KernelKind::nngp || kind == KernelKind::ntk_infinite;
  if (options.theta && options.seed) throw UsageError("--theta and --seed exclude each other");
  if (is_infinite && (options.theta || options.seed))
    throw UsageError(fmt::format("--{} goes with --kernel ntk or nntk: {} has no parameters",
                                 options.theta ? "theta" : "seed", name));
  if (is_infinite && !description.has_infinite_width)
    throw UsageError(fmt::format("--kernel {}: this network has no limit of infinite width", name));
  if (const auto flag = find_nonlocal_flag(options); !flag.empty() && kind != KernelKind::nntk)
    throw UsageError(fmt::format("{} goes with --kernel nntk, found --kernel {}", flag, name));
}

}  // namespace nntk::tool
