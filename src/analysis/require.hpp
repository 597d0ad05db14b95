// SPDX-License-Identifier: BSD-3-Clause
//
// What the analysis asks of its arguments, each with one sentence.
#pragma once

#include <cstddef>
#include <nntk/tensor.hpp>
#include <string_view>

namespace nntk {

/// DataError unless `values` are rows×columns and finite: "expected `name` of 3 by 2, found 2 by 3".
void require_matrix(const Matrix& values, std::size_t rows, std::size_t columns, std::string_view name);

/// UsageError unless the time lies in [0, ∞].
void require_time(double time);

/// UsageError unless the ridge lies in [0, ∞).
void require_ridge(double ridge);

/// DataError unless every row of `probabilities` is a distribution: nothing negative, a sum within 1e-6 of 1,
/// as single precision leaves it.
void require_distributions(const Matrix& probabilities);

}  // namespace nntk
