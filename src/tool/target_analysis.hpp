// SPDX-License-Identifier: BSD-3-Clause
//
// How targets lie along the eigenvectors of a kernel: the part of the spectrum command that --y adds.
#pragma once

#include <optional>

#include "console.hpp"
#include "nntk/linalg.hpp"
#include "reports.hpp"
#include "table.hpp"
#include "task.hpp"

namespace nntk::tool {

/// The problem that --y poses for n examples, or nothing without it. Throws DataError for targets that do not
/// fit or do not vary, UsageError for a learning curve of more examples than there are.
[[nodiscard]] std::optional<Problem> read_problem(const SpectrumOptions& options, std::size_t n,
                                                  const Console& console);

/// Energies and errors are of the targets as predict fits them: codes of labels, or values less their mean.
[[nodiscard]] TargetReport analyse_targets(const Matrix& gram, const Eigensystem& modes,
                                           const Problem& problem, const SpectrumOptions& options);

void append_rows(Rows& rows, const TargetReport& report);

}  // namespace nntk::tool
