// SPDX-License-Identifier: BSD-3-Clause
//
// The state of a training in a file, to go on from. It is CBOR (RFC 8949), readable in any language:
//
//   {"format": "nntk checkpoint 1", "hash": FNV-1a of content, "content": bytes}
//   content = {"run": {name: value, ...}, "step": s, "theta": bytes, "velocity": bytes, "losses": [4
//   numbers],
//              "test_losses": [4 numbers], "records": [[numbers], ...]}
//
// θ and v are f64 as this machine has them; a map's keys stand in the order of the alphabet.
#pragma once

#include <map>
#include <string>

#include "options.hpp"
#include "training.hpp"

namespace nntk::tool {

/// All that the states of a training depend on, by the names of messages: flags as they were given, contents
/// as hashes.
using RunIdentity = std::map<std::string, std::string>;

/// Replaces the file as a whole. Throws OutputError.
void write_checkpoint(const Path& path, const RunIdentity& run, const TrainingState& state);

/// The state of that run. Throws DataError for a file that is no checkpoint, is damaged, or belongs to
/// another run: then one thing that differs is named.
[[nodiscard]] TrainingState read_checkpoint(const Path& path, const RunIdentity& run);

}  // namespace nntk::tool
