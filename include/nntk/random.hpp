// SPDX-License-Identifier: BSD-3-Clause
//
// Random numbers by counting: the sole gate to Random123 (Salmon et al. 2011, Philox4x32-10). A draw is a
// pure function of (seed, stream, sample, index), so that it is the same number on every thread and in any
// order.
#pragma once

#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <type_traits>

#include "nntk/simd.hpp"

namespace nntk::random {

/// Independent sequences of one seed.
enum class Stream : std::uint32_t { parameters, direction, radius, order, query, key, noise, power, batch };

/// 128 random bits for each index.
class Source {
 public:
  Source(std::uint64_t seed, Stream stream, std::uint64_t sample = 0)
      : key_{{low(seed), high(seed)}}, stream_(static_cast<std::uint32_t>(stream)), sample_(sample) {}

  [[nodiscard]] std::array<std::uint32_t, 4> bits(std::uint64_t index) const {
    const r123::Philox4x32::ctr_type counter{
        {low(index), high(index) ^ (stream_ << 24U), low(sample_), high(sample_)}};
    const auto word = r123::Philox4x32()(counter, key_);
    return {word[0], word[1], word[2], word[3]};
  }

  /// The 52 leading bits of two words as a number in (0, 1), centred in its interval: exact, never 0 or 1.
  static double centred(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t leading = ((std::uint64_t{a} << 32U) | b) >> 12U;
    return (static_cast<double>(leading) + 0.5) * 0x1p-52;
  }

 private:
  static constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
  static constexpr std::uint32_t high(std::uint64_t value) {
    return static_cast<std::uint32_t>(value >> 32U);
  }

  r123::Philox4x32::key_type key_;
  std::uint32_t stream_;
  std::uint64_t sample_;
};

/// One number in (0, 1).
inline double uniform(const Source& source) {
  const auto word = source.bits(0);
  return Source::centred(word[0], word[1]);
}

/// Standard normal numbers first, first + 1, ... of a source, by Box and Muller a register at a time. Block b
/// of the source makes the numbers 2b and 2b + 1: a radius, an angle within π/4 of 0, and two bits for the
/// quadrant, so that sine and cosine take one path in every lane. Cost: about 7 ns a number.
template <class T>
void fill_normal(const Source& source, std::size_t first, std::span<T> out) {
  using Batch = simd::Batch<double>;
  constexpr std::size_t width = simd::width<double>;
  alignas(simd::alignment) double u[width], v[width], x[width], y[width];
  std::uint32_t quadrant[width];
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t block = (first + begin) / 2;
    for (std::size_t i = 0; i < width; ++i) {
      const auto word = source.bits(block + i);
      u[i] = Source::centred(word[0], word[1]);
      v[i] = Source::centred(word[2], word[3]) - 0.5;
      quadrant[i] = word[3] & 3U;  // two of the bits that `centred` leaves
    }
    const Batch length = xsimd::sqrt(Batch(-2.0) * xsimd::log(Batch::load_aligned(u)));
    const Batch angle = Batch(std::numbers::pi / 2) * Batch::load_aligned(v);
    (length * xsimd::cos(angle)).store_aligned(x);
    (length * xsimd::sin(angle)).store_aligned(y);
    for (std::size_t n = (first + begin) % 2; n < 2 * width && begin < out.size(); ++n, ++begin) {
      const std::size_t i = n / 2,
                        turns = quadrant[i] + 3 * (n % 2);  // cos(a + π/2 · turns) of turns 0, 1, 2, 3
      const double value = (quadrant[i] + n) % 2 == 0 ? x[i] : y[i];
      out[begin] = static_cast<T>(turns % 4 == 1 || turns % 4 == 2 ? -value : value);
    }
  }
}

/// 0 with probability `drop`, else 1: numbers first, first + 1, ... of a source, two a block.
template <class T>
void fill_survivals(const Source& source, std::size_t first, double drop, std::span<T> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto word = source.bits((first + i) / 2);
    const std::size_t half = (first + i) % 2 * 2;
    out[i] = static_cast<T>(Source::centred(word[half], word[half + 1]) < drop ? 0 : 1);
  }
}

/// 128 random bits as signs: 1 where a bit is set, else −1. Bits become sign bits, which compilers vectorise;
/// with a branch a sign took 7 ns, and takes 0.3.
template <class T>
std::array<T, 128> signs_of(const std::array<std::uint32_t, 4>& word) {
  using Bits = std::conditional_t<sizeof(T) == sizeof(std::uint64_t), std::uint64_t, std::uint32_t>;
  constexpr Bits minus_one = std::bit_cast<Bits>(T(-1));
  constexpr unsigned sign_bit = 8 * sizeof(T) - 1;
  std::array<T, 128> signs;
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t bit = 0; bit < 32; ++bit)
      signs[32 * w + bit] = std::bit_cast<T>(minus_one ^ (Bits{word[w] >> bit} << sign_bit));
  }
  return signs;
}

/// Signs −1 or 1 first, first + 1, ... of a source: one bit each.
template <class T>
void fill_signs(const Source& source, std::size_t first, std::span<T> out) {
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t at = first + begin, count = std::min(out.size() - begin, 128 - at % 128);
    const auto signs = signs_of<T>(source.bits(at / 128));
    std::copy_n(signs.data() + at % 128, count, out.data() + begin);
    begin += count;
  }
}

}  // namespace nntk::random
