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

/// Of records, of which there is one at least, against steps, on an axis like that of time: losses with the
/// step where that on test data is the lowest, and where the first kernel expects it; eigenvalues; how far
/// kernel and parameters have come; alignments; and where modes are followed, what is left of each beside
/// its prediction.
[[nodiscard]] Plot to_plot(const TrainReport& report);

}  // namespace nntk::tool
