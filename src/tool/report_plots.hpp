// SPDX-License-Identifier: BSD-3-Clause
//
// What a report looks like: the numbers of its table, as panels.
#pragma once

#include "plot.hpp"
#include "reports.hpp"

namespace nntk::tool {

/// The eigenvalues with the ridge and the effective dimension; with targets their energy, and the learning
/// curve where there is one.
[[nodiscard]] Plot to_plot(const SpectrumReport& report);

/// Losses and scores against time, and where there is one the deviation between networks. The axis of time is
/// logarithmic: 0 and infinity stand a decade before the first other time and behind the last.
[[nodiscard]] Plot to_plot(const DynamicsReport& report);

}  // namespace nntk::tool
