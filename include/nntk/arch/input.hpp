// SPDX-License-Identifier: BSD-3-Clause
//
// Input<d>: the first entry of every Network; a sample is a vector of d numbers.
#pragma once

#include <cstddef>

namespace nntk {

template <std::size_t input_width>
struct Input {
  static constexpr std::size_t width = input_width;
};

}  // namespace nntk
