// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

inline constexpr std::size_t hidden_width = 16;
