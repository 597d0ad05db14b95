// SPDX-License-Identifier: BSD-3-Clause
//
// What makes a training this one: a checkpoint goes on where all of it is the same.
#pragma once

#include <span>

#include "checkpoint.hpp"
#include "examples.hpp"

namespace nntk::tool {

/// Flags, and hashes of the network, the data and θ_0. Without the steps, of which more may be taken, unless
/// the kernel is recorded at a share of them. The options are the kernel's as they were completed.
[[nodiscard]] RunIdentity identify(const Description& description, const TrainOptions& options,
                                   const Examples& data, const NonlocalOptions& nonlocal,
                                   const Realisations& realisations, std::span<const double> theta);

/// One word for what a Gram matrix depends on: the network, the kernel, its parameters and its inputs, and
/// the size of the groups that it is evaluated in.
[[nodiscard]] std::string identify(const Description& description, const GramRequest& request,
                                   std::size_t granularity);

}  // namespace nntk::tool
