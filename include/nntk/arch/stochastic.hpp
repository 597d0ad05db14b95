// SPDX-License-Identifier: BSD-3-Clause
//
// Layers that draw. A realisation ω of a network is one draw of all their numbers, the same for every input,
// so that f(·; θ, ω) is a function like any other.
//
//   layer        y                                                 its numbers in ω
//   Dropout<p>   m ∘ x; m is 0 with probability p, else 1/(1−p)    m, one a unit    (Srivastava et al. 2014)
//   Noise<σ>     x + σ ξ, ξ ~ N(0, I)                              σ ξ, one a unit
//   Brownian     B(x), a path of Brownian motion, B(0) = 0         B at its knots, one path a layer
//
// The path is linear between its knots, and stays where it is beyond the last: nowhere differentiable in the
// limit of close knots (Nagaraj and Hickok 2024, arXiv:2406.15617). StochasticDepth is a combinator.
//
// `noise_count(in)` is how many numbers a layer of that width takes, and `fill_noise` draws numbers first,
// first + 1, ... of a source.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include "nntk/arch/gate.hpp"
#include "nntk/math.hpp"
#include "nntk/random.hpp"

namespace nntk {

template <double drop>
struct Dropout : Gate {
  static constexpr std::string_view name = "Dropout";
  static constexpr bool is_sparse(std::size_t /*in*/) { return drop >= 0.5; }
  static constexpr std::size_t noise_count(std::size_t in) { return in; }
  template <class T>
  static void fill_noise(const random::Source& source, std::size_t first, std::span<T> noise) {
    random::fill_survivals(source, first, drop, noise);
    for (T& number : noise) number /= static_cast<T>(1 - drop);
  }
};

template <double deviation>
struct Noise {
  static constexpr std::string_view name = "Noise";
  static constexpr std::size_t output_width(std::size_t in) { return in; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
  static constexpr std::size_t noise_count(std::size_t in) { return in; }
  template <class T>
  static void fill_noise(const random::Source& source, std::size_t first, std::span<T> noise) {
    random::fill_normal(source, first, noise);
    for (T& number : noise) number *= static_cast<T>(deviation);
  }
};

/// A path with knots at the multiples of `step` in [−reach, reach].
template <double step, double reach>
struct BrownianOf : Gate {
  static constexpr std::string_view name = "Brownian";
  static constexpr std::size_t side =
      static_cast<std::size_t>(reach / step * (1 + 1e-12));  ///< knots on each side of 0
  static constexpr std::size_t noise_count(std::size_t /*in*/) { return 2 * side + 1; }

  template <class T>
  static void fill_noise(const random::Source& source, std::size_t first, std::span<T> knots) {
    random::fill_normal(source, first, knots);
    const T deviation = static_cast<T>(std::sqrt(step));
    knots[side] = T(0);
    for (std::size_t k = 1; k <= side; ++k) {
      knots[side + k] = knots[side + k - 1] + deviation * knots[side + k];
      knots[side - k] = knots[side - k + 1] + deviation * knots[side - k];
    }
  }

  /// The path as an elementwise function of one number, or one dual number, at a time.
  template <class T>
  struct Path {
    static constexpr bool evaluates_batches = false;
    const T* knots;

    template <class X>
    [[nodiscard]] X apply(const X& x) const {
      const double place = value_of(x) / step + static_cast<double>(side);
      if (!(place > 0)) return X(knots[0]);
      if (place >= static_cast<double>(2 * side)) return X(knots[2 * side]);
      const auto k = static_cast<std::size_t>(place);
      const T slope = (knots[k + 1] - knots[k]) / static_cast<T>(step);
      return X(knots[k]) +
             X(slope) * (x - X(static_cast<T>((static_cast<double>(k) - static_cast<double>(side)) * step)));
    }
  };
};
using Brownian = BrownianOf<0.125, 8.0>;

}  // namespace nntk
