// SPDX-License-Identifier: BSD-3-Clause
//
// Direction laws: which way a displacement of p parameters goes, δ/‖δ‖ = g/‖g‖.
//
//   law          g                                                    E[g gᵀ/‖g‖²]
//   gaussian     N(0, I): uniform on the sphere                       I/p
//   rademacher   signs: the corners of the cube                       I/p
//   orthogonal   rows of a random orthogonal matrix, p at a time      I/p; exact over p samples
//   coordinate   one parameter, each once in p samples                I/p; exact over p samples
//   rank-one     u vᵀ in signs for each weight matrix                 I/p
//
// A user's law is one more struct with `fill`, and E[g gᵀ/‖g‖²] = I/p must hold for it: the operator then is
// exact on affine functions in the mean.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "nntk/arch/bind.hpp"
#include "nntk/arch/parameter_block.hpp"
#include "nntk/arch/range.hpp"
#include "nntk/random.hpp"

namespace nntk::tangent {

/// Sample `sample` of a seed, of p parameters.
struct Draw {
  std::uint64_t seed, sample;
  std::size_t p;

  [[nodiscard]] random::Source source(random::Stream stream = random::Stream::direction) const {
    return {seed, stream, sample};
  }
  /// What all samples of the same p have in common, and which of them this is.
  [[nodiscard]] random::Source shared_source(random::Stream stream) const {
    return {seed, stream, sample / p};
  }
  [[nodiscard]] std::size_t turn() const { return sample % p; }
};

struct GaussianDirection {
  template <class T>
  static void fill(const Draw& draw, std::size_t first, std::span<T> out) {
    random::fill_normal(draw.source(), first, out);
  }
};

/// One random bit a parameter.
struct RademacherDirection {
  template <class T>
  static void fill(const Draw& draw, std::size_t first, std::span<T> out) {
    random::fill_signs(draw.source(), first, out);
  }
};

/// The numbers 0 ... p−1, each once in p turns: turn · step + start modulo p, with a random start, and a
/// random step without a factor in common with p.
inline std::size_t shuffled_turn(const Draw& draw) {
  const auto word = draw.shared_source(random::Stream::order).bits(0);
  std::uint64_t step = ((std::uint64_t{word[0]} << 32U) | word[1]) % draw.p;
  const std::uint64_t start = ((std::uint64_t{word[2]} << 32U) | word[3]) % draw.p;
  while (std::gcd(step, std::uint64_t{draw.p}) != 1) step = (step + 1) % draw.p;
  return (draw.turn() * step + start) % draw.p;
}

/// g_k = H_k ∘ s: row k of the Hartley matrix cos(2πkj/p) + sin(2πkj/p), which is orthogonal for every p (a
/// Walsh–Hadamard matrix exists for powers of two), its columns under random signs s. The next p samples get
/// new signs and a new order. Holds p numbers, never p². p < 2³².
class OrthogonalDirection {
 public:
  explicit OrthogonalDirection(std::size_t p) : wave_(p) {
    for (std::size_t m = 0; m < p; ++m) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(p);
      wave_[m] = std::cos(angle) + std::sin(angle);
    }
  }
  template <class T>
  void fill(const Draw& draw, std::size_t first, std::span<T> out) const {
    random::fill_signs(draw.shared_source(random::Stream::direction), first, out);
    const std::size_t row = shuffled_turn(draw);
    std::size_t at = row * first % draw.p;
    for (T& g : out) {
      g *= static_cast<T>(wave_[at]);
      at += row;
      if (at >= draw.p) at -= draw.p;
    }
  }

 private:
  std::vector<double> wave_;
};

struct CoordinateDirection {
  template <class T>
  static void fill(const Draw& draw, std::size_t first, std::span<T> out) {
    std::ranges::fill(out, T(0));
    const std::size_t moved = shuffled_turn(draw);
    if (moved >= first && moved < first + out.size()) out[moved - first] = T(1);
  }
};

/// δW = u vᵀ for each weight matrix and u v₀ for each bias, all signs: W + δW needs W x and two vectors.
class RankOneDirection {
 public:
  /// Blocks that follow each other without a gap, offsets from the first.
  explicit RankOneDirection(std::vector<ParameterBlock> blocks) : blocks_(std::move(blocks)) {}

  /// u and v of each block, one after the other.
  [[nodiscard]] std::size_t factor_count() const {
    std::size_t count = 0;
    for (const ParameterBlock& block : blocks_) count += block.rows + columns_of(block);
    return count;
  }
  template <class T>
  void fill_factors(const Draw& draw, std::span<T> factors) const {
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const std::size_t rows = blocks_[b].rows, columns = columns_of(blocks_[b]);
      random::fill_signs(draw.source(), b * span, factors.first(rows));
      random::fill_signs(draw.source(), b * span + span / 2, factors.subspan(rows, columns));
      factors = factors.subspan(rows + columns);
    }
  }

  template <class T>
  void fill(const Draw& draw, std::size_t first, std::span<T> out) const {
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const ParameterBlock& block = blocks_[b];
      const std::size_t columns = columns_of(block);
      const std::size_t end = std::min(block.offset + block.size(), first + out.size());
      for (std::size_t at = std::max(block.offset, first); at < end;) {
        const std::size_t row = (at - block.offset) / columns, column = (at - block.offset) % columns;
        const std::size_t count = std::min(columns - column, end - at);
        fill_row(draw, b, row, column, out.subspan(at - first, count));
        at += count;
      }
    }
  }

 private:
  /// Block b draws u from bit b · span on, v from (b + ½) · span on.
  static constexpr std::size_t span = std::size_t{1} << 32U;

  static std::size_t columns_of(const ParameterBlock& block) {
    return std::max<std::size_t>(block.columns, 1);
  }
  /// u_row v_column for some columns.
  template <class T>
  static void fill_row(const Draw& draw, std::size_t b, std::size_t row, std::size_t column,
                       std::span<T> out) {
    T u;
    random::fill_signs(draw.source(), b * span + row, std::span<T>(&u, 1));
    random::fill_signs(draw.source(), b * span + span / 2 + column, out);
    for (T& g : out) g *= u;
  }

  std::vector<ParameterBlock> blocks_;
};

/// The blocks of a network that lie in a range, offsets counted from its start.
template <class Network>
std::vector<ParameterBlock> parameter_blocks(Range range = {}) {
  std::vector<ParameterBlock> blocks;
  const Range within = range.within(Network::parameter_count);
  arch::for_each_block(typename Network::Stages{}, [&](ParameterBlock block) {
    if (block.offset < within.first || block.offset + block.size() > within.first + within.count) return;
    block.offset -= within.first;
    blocks.push_back(block);
  });
  return blocks;
}

}  // namespace nntk::tangent
