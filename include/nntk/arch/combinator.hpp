// SPDX-License-Identifier: BSD-3-Clause
//
// Layers made of layers.
//
//   Layers<L...>            the list itself, so that a part of a network can be named and used again
//   Repeat<n, L...>         the list n times, each time with parameters of its own
//   Residual<α, L...>       x ──┬── L... ──(·α)──(+)──▶      y = x + α · body(x); the body keeps the width
//                               └─────────────────┘
#pragma once

#include <cstddef>
#include <string_view>

#include "nntk/arch/layer.hpp"

namespace nntk {

namespace arch {

/// Width behind a list of layers that is entered with `in`.
template <class... Body>
constexpr std::size_t width_through(std::size_t in) {
  ((in = Body::output_width(in)), ...);
  return in;
}

/// Parameters of a list of layers that is entered with `in`.
template <class... Body>
constexpr std::size_t parameters_through(std::size_t in) {
  std::size_t count = 0;
  ((count += Body::parameter_count(in), in = Body::output_width(in)), ...);
  return count;
}

}  // namespace arch

template <class... Body>
struct Layers {
  static constexpr std::string_view name = "Layers";
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    return arch::width_through<Body...>(in);
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    return arch::parameters_through<Body...>(in);
  }
};

template <std::size_t times, class... Body>
struct Repeat {
  static constexpr std::string_view name = "Repeat";
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    for (std::size_t i = 0; i < times; ++i) in = arch::width_through<Body...>(in);
    return in;
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < times; ++i) {
      count += arch::parameters_through<Body...>(in);
      in = arch::width_through<Body...>(in);
    }
    return count;
  }
};

template <double branch_scale, class... Body>
struct Residual {
  static constexpr std::string_view name = "Residual";
  static constexpr double scale = branch_scale;
  static constexpr std::size_t output_width(std::size_t in)
    requires(Layer<Body> && ...)
  {
    return in;
  }
  static constexpr std::size_t parameter_count(std::size_t in) {
    return arch::parameters_through<Body...>(in);
  }
};

}  // namespace nntk
