// SPDX-License-Identifier: BSD-3-Clause
//
// The interaction: the law ρ of the displacements δ = θ' − θ of the nonlocal operator, as a radius law times
// a direction law,  δ = r · g/‖g‖.  Both are small structs (radius.hpp, direction.hpp); a user adds a law by
// writing one:
//
//   radius law      draw(source, p) -> r            how far
//   direction law   fill(draw, first, out)          entries first, first + 1, ... of g: which way
//
// Any law may be restricted to some of the parameters, p then being their number, and may come in antithetic
// pairs ±δ. On the parameters that move E[δ δᵀ/‖δ‖²] = I/p, elsewhere it is 0: the operator, with the factor
// p, is exact on functions that are affine in them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

#include "nntk/random.hpp"
#include "nntk/tangent/direction.hpp"
#include "nntk/tangent/radius.hpp"

namespace nntk::tangent {

/// Where sample k of the parameters lies.
struct Displacement {
  double norm = 0;     ///< ‖δ‖
  double stretch = 0;  ///< δ = stretch · g
};

/// An interaction behind one interface: a call per sample of p draws, so that kernels need not know the laws.
template <class T>
class Interaction {
 public:
  virtual ~Interaction() = default;
  /// displaced ← θ + δ_k. Cost: p draws. Allocates nothing.
  virtual Displacement displace(std::uint64_t sample, std::span<const T> theta,
                                std::span<T> displaced) const = 0;
  /// Entries first, first + 1, ... of g_k, of p.
  virtual void fill_direction(std::uint64_t sample, std::size_t p, std::size_t first,
                              std::span<T> out) const = 0;
  /// Which of p parameters move: E[δ δᵀ/‖δ‖²] is I/count on them.
  [[nodiscard]] virtual Range moving(std::size_t p) const = 0;
  /// Numbers that say all of δ where each of its blocks is an outer product: u and v of each block that
  /// moves, in their order; else 0.
  [[nodiscard]] virtual std::size_t factor_count() const = 0;
  /// Writes those of g_k, of p parameters. Cost: factor_count draws.
  virtual Displacement draw_factors(std::uint64_t sample, std::size_t p, std::span<T> factors) const = 0;
  /// Samples that are drawn together: 2 of antithetic pairs, whose members follow each other, else 1.
  [[nodiscard]] virtual std::size_t together() const = 0;
};

/// ‖g‖² in eight sums side by side: one would wait four cycles for each number.
template <class T>
double squared_norm(std::span<const T> g) {
  std::array<double, 8> sums{};
  const std::size_t whole = g.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    for (std::size_t s = 0; s < 8; ++s)
      sums[s] += static_cast<double>(g[i + s]) * static_cast<double>(g[i + s]);
  }
  for (std::size_t i = whole; i < g.size(); ++i)
    sums[0] += static_cast<double>(g[i]) * static_cast<double>(g[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// What may be asked of any law.
struct Choice {
  bool antithetic = false;  ///< samples 2k and 2k + 1 are δ and −δ
  Range only = {};          ///< the parameters that move
};

/// Radius law × direction law, drawn from the streams of a seed.
template <class T, class Radius, class Direction>
class Law final : public Interaction<T> {
 public:
  Law(Radius radius, Direction direction, std::uint64_t seed, Choice choice = {})
      : radius_(radius), direction_(direction), seed_(seed), choice_(choice) {}

  Displacement displace(std::uint64_t sample, std::span<const T> theta,
                        std::span<T> displaced) const override {
    const Range range = moving(theta.size());
    std::ranges::copy(theta, displaced.begin());
    const std::span<T> moved = displaced.subspan(range.first, range.count);
    const Draw draw = draw_of(sample, range.count);
    direction_.fill(draw, 0, moved);
    const Displacement drawn = stretch(sample, draw, squared_norm(std::span<const T>(moved)));
    const T factor = static_cast<T>(drawn.stretch);
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = theta[range.first + i] + factor * moved[i];
    return drawn;
  }

  void fill_direction(std::uint64_t sample, std::size_t p, std::size_t first,
                      std::span<T> out) const override {
    const Range range = moving(p);
    std::ranges::fill(out, T(0));
    const std::size_t begin = std::max(first, range.first);
    const std::size_t end = std::min(first + out.size(), range.first + range.count);
    if (begin >= end) return;
    direction_.fill(draw_of(sample, range.count), begin - range.first,
                    out.subspan(begin - first, end - begin));
  }

  [[nodiscard]] std::size_t factor_count() const override {
    if constexpr (requires { direction_.factor_count(); }) return direction_.factor_count();
    return 0;
  }
  Displacement draw_factors(std::uint64_t sample, std::size_t p, std::span<T> factors) const override {
    const Draw draw = draw_of(sample, moving(p).count);
    if constexpr (requires { direction_.fill_factors(draw, factors); })
      direction_.fill_factors(draw, factors);
    return stretch(sample, draw, static_cast<double>(draw.p));  // signs: ‖g‖² is their number
  }

  [[nodiscard]] Range moving(std::size_t p) const override { return choice_.only.within(p); }
  [[nodiscard]] std::size_t together() const override { return choice_.antithetic ? 2 : 1; }

 private:
  /// The length of a sample whose g has that squared norm.
  [[nodiscard]] Displacement stretch(std::uint64_t sample, const Draw& draw, double square) const {
    const double norm = radius_.draw(draw.source(random::Stream::radius), draw.p);
    const double sign = choice_.antithetic && sample % 2 == 1 ? -1.0 : 1.0;
    return {norm, sign * norm / std::sqrt(square)};
  }
  [[nodiscard]] Draw draw_of(std::uint64_t sample, std::size_t p) const {
    return {seed_, sample / together(), p};
  }

  Radius radius_;
  Direction direction_;
  std::uint64_t seed_;
  Choice choice_;
};

}  // namespace nntk::tangent
