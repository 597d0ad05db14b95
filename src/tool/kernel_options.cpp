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

std::string_view find_noise_flag(const KernelOptions& options) {
  if (options.realisations) return "--realisations";
  if (options.average) return "--average";
  if (options.noise_seed) return "--noise-seed";
  return options.noise ? "--noise" : "";
}

std::string_view find_kernel_flag(const KernelOptions& options) {
  if (options.kernel) return "--kernel";
  if (options.theta) return "--theta";
  if (options.seed) return "--seed";
  const std::string_view flag = find_noise_flag(options);
  return flag.empty() ? find_nonlocal_flag(options) : flag;
}

Realisations realisations_of(const KernelOptions& options, const Description& description) {
  if (description.noise_count == 0) return {};
  return {.count = options.realisations.value_or(1),
          .average = options.average.value_or(Average::kernel),
          .seed = options.noise_seed.value_or(0),
          .independent = options.noise.value_or(NoiseSharing::common) == NoiseSharing::independent};
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
  if (const auto flag = find_noise_flag(options); !flag.empty() && description.noise_count == 0)
    throw UsageError(fmt::format("{} goes with a stochastic network, and this one draws nothing", flag));
  if (options.noise && kind != KernelKind::nntk)
    throw UsageError(fmt::format("--noise goes with --kernel nntk, found --kernel {}", name));
}

}  // namespace nntk::tool
