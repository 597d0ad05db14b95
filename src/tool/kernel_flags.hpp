// SPDX-License-Identifier: BSD-3-Clause
//
// The flags that say which kernel is meant, at which parameters.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "options.hpp"

namespace nntk::tool {

/// --theta and --seed.
void add_parameters(CLI::App& app, KernelOptions& options);

/// --samples to --nonlocal-seed: the displacements of the nonlocal kernel and of the nonlocal gradient.
/// `prefix` opens each line of the help.
void add_displacements(CLI::App& app, KernelOptions& options, const std::string& prefix);

/// --realisations and --noise-seed.
void add_noise(CLI::App& app, KernelOptions& options);

/// --kernel, and all of the above with what only a kernel has.
void add_kernel(CLI::App& app, KernelOptions& options);

void add_threads(CLI::App& app, KernelOptions& options);

}  // namespace nntk::tool
