// SPDX-License-Identifier: BSD-3-Clause
//
// The interaction: the law ρ of the displacements δ = θ' − θ of the nonlocal operator, as a radius law times
// a direction law,  δ = r · g/‖g‖.  Both are small structs; a user adds a law by writing one.
//
//   radius law      draw(source, p) -> r            how far
//   direction law   fill(source, first, out)        entries first, first + 1, ... of g: which way
//
// The operator is exact on affine functions for every law with E[g gᵀ/‖g‖²] = I/p.
#pragma once

#include <boost/random/gamma_distribution.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

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

/// Uniform on the sphere. E[g gᵀ/‖g‖²] = I/p.
struct GaussianDirection {
  template <class T>
  static void fill(const random::Source& source, std::size_t first, std::span<T> out) {
    random::fill_normal(source, first, out);
  }
};

/// Uniform on the corners of the cube: one random bit a parameter. E[g gᵀ/‖g‖²] = I/p.
struct RademacherDirection {
  template <class T>
  static void fill(const random::Source& source, std::size_t first, std::span<T> out) {
    random::fill_signs(source, first, out);
  }
};

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
  /// Entries first, first + 1, ... of g_k.
  virtual void fill_direction(std::uint64_t sample, std::size_t first, std::span<T> out) const = 0;
};

/// Radius law × direction law, drawn from the streams of a seed.
template <class T, class Radius, class Direction>
class Law final : public Interaction<T> {
 public:
  Law(Radius radius, Direction direction, std::uint64_t seed)
      : radius_(radius), direction_(direction), seed_(seed) {}

  Displacement displace(std::uint64_t sample, std::span<const T> theta,
                        std::span<T> displaced) const override {
    fill_direction(sample, 0, displaced);
    double square = 0;
    for (const T g : displaced) square += static_cast<double>(g) * static_cast<double>(g);
    const double norm = radius_.draw(random::Source(seed_, random::Stream::radius, sample), theta.size());
    const Displacement drawn{norm, norm / std::sqrt(square)};
    const T stretch = static_cast<T>(drawn.stretch);
    for (std::size_t i = 0; i < theta.size(); ++i) displaced[i] = theta[i] + stretch * displaced[i];
    return drawn;
  }
  void fill_direction(std::uint64_t sample, std::size_t first, std::span<T> out) const override {
    direction_.fill(random::Source(seed_, random::Stream::direction, sample), first, out);
  }

 private:
  Radius radius_;
  Direction direction_;
  std::uint64_t seed_;
};

}  // namespace nntk::tangent
