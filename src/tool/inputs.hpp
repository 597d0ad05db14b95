// SPDX-License-Identifier: BSD-3-Clause
//
// The files that a command reads, checked against the network before any work begins. Every failure is a
// DataError of one sentence that names the file, what was expected and what was found.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "nntk/io/table.hpp"
#include "options.hpp"

namespace nntk::tool {

/// (n, d) with as many columns as the network has inputs. `name` is what messages call it.
[[nodiscard]] io::Array read_inputs(const Path& path, std::string_view name, const Description& description);

/// θ of the network.
[[nodiscard]] std::vector<double> read_parameters(const Path& path, const Description& description);

/// Targets for `count` samples: (count,), or (count, k) with k > 1 outputs.
[[nodiscard]] io::Array read_targets(const Path& path, std::string_view name, std::size_t count);

/// Targets of one sample.
[[nodiscard]] std::size_t width_of(const io::Array& targets);

/// The rows of an (n, d) array.
[[nodiscard]] Samples samples_of(const io::Array& array);

}  // namespace nntk::tool
