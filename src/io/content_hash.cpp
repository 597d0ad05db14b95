// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/content_hash.hpp"

#include <fmt/format.h>

namespace nntk::io {

void ContentHash::add(std::span<const std::byte> piece) {
  mix(piece.size());
  for (const std::byte byte : piece) mix(static_cast<std::uint64_t>(byte));
}

std::string ContentHash::text() const { return fmt::format("{:016x}", state_); }

}  // namespace nntk::io
