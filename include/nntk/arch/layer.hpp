// SPDX-License-Identifier: BSD-3-Clause
//
// What a layer is: a type that knows its name, its output width and its parameter blocks once it is told its
// input width. `Bound` is that layer with both numbers fixed and its place in the parameter vector known.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

namespace nntk {

/// A type that may stand in a Network after Input. `output_width(0)` may be anything.
template <class L>
concept Layer = requires(std::size_t width) {
  { L::name } -> std::convertible_to<std::string_view>;
  { L::output_width(width) } -> std::same_as<std::size_t>;
  { L::parameter_count(width) } -> std::same_as<std::size_t>;
};

/// A layer in its place: input width and the offset of its first parameter in θ, 0 where it has none.
template <class DeclaredLayer, std::size_t input_width, std::size_t parameter_offset>
struct Bound {
  using Declared = DeclaredLayer;
  static constexpr std::size_t in = input_width;
  static constexpr std::size_t out = Declared::output_width(in);
  static constexpr std::size_t offset = parameter_offset;
  static constexpr std::size_t parameter_count = Declared::parameter_count(in);
};

}  // namespace nntk
