// SPDX-License-Identifier: BSD-3-Clause
//
// Radius laws: how far a displacement δ of p parameters goes, ‖δ‖.
//
//   law          density of r = ‖δ‖                    as a law of δ in R^p
//   fixed        at `radius`                           the sphere
//   gaussian     χ_p, E[r²] = radius²                  N(0, radius²/p I)
//   ball         ∝ r^(p−1) up to `radius`              uniform in the ball
//   riesz        ∝ r^(−s) between two cuts             ∝ ‖δ‖^(1−p−s): the fractional gradient of order s
//
// A user's law is one more struct with `draw`.
#pragma once

#include <boost/random/gamma_distribution.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "nntk/random.hpp"

namespace nntk::tangent {

/// ‖δ‖ = radius.
struct FixedRadius {
  double radius;
  [[nodiscard]] double draw(const random::Source& /*source*/, std::size_t /*p*/) const { return radius; }
};

/// ‖δ‖ of N(0, σ² I), σ = radius/√p: the root mean square of ‖δ‖ is the radius.
struct GaussianRadius {
  double radius;
  [[nodiscard]] double draw(const random::Source& source, std::size_t p) const {
    Engine engine{source};
    const double dimension = static_cast<double>(p);
    const double square = boost::random::gamma_distribution<double>(dimension / 2, 2 / dimension)(engine);
    return radius * std::sqrt(square);
  }

 private:
  /// The source as a sequence of 32-bit numbers.
  struct Engine {
    using result_type = std::uint32_t;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    result_type operator()() {
      const std::uint64_t at = next++;
      return source.bits(at / 4)[at % 4];
    }
    random::Source source;
    std::uint64_t next = 0;
  };
};

/// δ uniform in the ball of that radius.
struct BallRadius {
  double radius;
  [[nodiscard]] double draw(const random::Source& source, std::size_t p) const {
    return radius * std::pow(random::uniform(source), 1 / static_cast<double>(p));
  }
};

/// The truncated Riesz law of order s: ρ(δ) ∝ ‖δ‖^(1−p−s) for inner ≤ ‖δ‖ ≤ radius, so that δ/‖δ‖² ρ(δ) is
/// the kernel δ/‖δ‖^(p+s+1) of the fractional gradient of order s (Du and Mengesha). `inner` > 0 where s ≥ 1.
struct RieszRadius {
  double radius;
  double inner = 0;
  double order = 0.5;
  [[nodiscard]] double draw(const random::Source& source, std::size_t /*p*/) const {
    const double part = random::uniform(source), power = 1 - order;
    if (power == 0) return inner * std::pow(radius / inner, part);
    const double from = std::pow(inner, power), to = std::pow(radius, power);
    return std::pow(from + part * (to - from), 1 / power);
  }
};

}  // namespace nntk::tangent
