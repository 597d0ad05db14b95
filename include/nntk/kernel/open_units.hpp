// SPDX-License-Identifier: BSD-3-Clause
//
// The open units of a group of tiles: the rows that are not 0 in a sample. Behind a Relu half of the features
// are 0, others in each sample, and so are half of the cotangents before it: a contraction passes over these,
// sample by sample of the left tile, to the same bits where all numbers are finite.
//
//   open    a bit for each row of a block, a word for each lane      compared and set a register at a time
//   places  [tile][lane][open row], counted in numbers               from a byte of the word, by a table
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "nntk/expr/product.hpp"
#include "nntk/kernel/block.hpp"

namespace nntk {

/// Rows of a tile whose open units are listed together: two right tiles of them stay in the first cache.
inline constexpr std::size_t open_block = 64;

/// The open units of each lane of a tile in an open block; none where all are to be read.
struct OpenTile {
  const std::uint16_t* places = nullptr;  ///< open_block for each lane
  const std::uint16_t* counts = nullptr;  ///< of each lane
};

/// Lists of open units, of one block of rows at a time.
template <class T>
class OpenUnits {
  using Word = std::conditional_t<sizeof(T) == sizeof(std::uint64_t), std::uint64_t, std::uint32_t>;
  static constexpr std::size_t lanes = simd::lanes<T>, width = simd::width<T>, word_bits = 8 * sizeof(T);
  static constexpr std::size_t words = open_block / word_bits, byte_values = 256;
  static_assert(open_block * lanes <= std::size_t{1} << 16, "a place is a number of 16 bits");
  static_assert(open_block % word_bits == 0, "a block fills its words");

 public:
  /// For groups of so many tiles; for none it lists nothing. Allocates 130 bytes a sample.
  explicit OpenUnits(std::size_t tiles)
      : open_(words * lanes), places_(tiles * lanes * open_block), counts_(tiles * lanes), listed_(tiles) {}

  /// Finds them in the first `rows` rows of each tile, at most an open block, for contractions of these pairs
  /// with so many vectors of each right tile; where it would not pay, `tile` has none. Cost: a pass over the
  /// rows, and some ten instructions for eight units of a sample.
  void find(TileGroup<const T> group, std::size_t rows, const TilePairs& pairs, std::size_t vectors) {
    for (std::size_t t = 0; t < std::min(group.count, listed_.size()); ++t) {
      listed_[t] = count_met(pairs, t, vectors) >= fewest_columns && is_sparse(group.tile(t), rows);
      if (listed_[t]) list(t, rows);
    }
  }

  [[nodiscard]] OpenTile tile(std::size_t t) const {
    if (listed_.empty() || !listed_[t]) return {};
    return {places_.data() + t * lanes * open_block, counts_.data() + t * lanes};
  }
  [[nodiscard]] std::size_t bytes() const {
    return open_.size() * sizeof(T) + (places_.size() + counts_.size()) * sizeof(std::uint16_t) +
           listed_.size();
  }

 private:
  /// Samples, times vectors of each, that a unit must meet for its place to be worth listing; measured with
  /// AVX-512 and AVX2 on Zen 4, as is the share.
  static constexpr std::size_t fewest_columns = 48;
  /// Of open units: a contraction of half of them takes two thirds (AVX-512) to three quarters (AVX2) of the
  /// time of all.
  static constexpr double largest_share = 0.6;

  /// The places of the bits that are set in a byte.
  static constexpr auto places_of = [] {
    std::array<std::array<std::uint16_t, 8>, byte_values> table{};
    for (std::size_t byte = 0; byte < byte_values; ++byte)
      for (std::size_t bit = 0, open = 0; bit < 8; ++bit)
        if ((byte >> bit & 1) != 0) table[byte][open++] = static_cast<std::uint16_t>(bit * lanes);
    return table;
  }();

  /// Two columns go together: neighbouring tiles, or of several vectors two of the same tile.
  static std::size_t count_met(const TilePairs& pairs, std::size_t t, std::size_t vectors) {
    std::size_t tiles = 0;
    for (std::size_t q = 0; q < pairs.columns; ++q)
      tiles += (vectors == 1 ? pairs.meets_both(t, q, lanes) : pairs.meets(t, q, lanes)) ? 1 : 0;
    return tiles * lanes * vectors;
  }
  /// Whether few enough numbers of a tile are open; open_ tells which.
  bool is_sparse(const T* tile, std::size_t rows) {
    return static_cast<double>(mark(tile, rows)) <= largest_share * static_cast<double>(rows * lanes);
  }
  /// open_ ← the rows of a tile that are not 0, a word of word_bits rows for each lane; how many numbers are.
  std::size_t mark(const T* tile, std::size_t rows) {
    std::size_t count = 0;
    expr::for_blocks(rows, word_bits, [&](std::size_t first, std::size_t block) {
      T* word = open_.data() + first / word_bits * lanes;
      for (std::size_t v = 0; v < lanes; v += width)
        mark_register(tile + first * lanes + v, block).store_aligned(word + v);
      for (std::size_t lane = 0; lane < lanes; ++lane)
        count += static_cast<std::size_t>(std::popcount(std::bit_cast<Word>(word[lane])));
    });
    return count;
  }
  static simd::Batch<T> mark_register(const T* rows, std::size_t count) {
    using Batch = simd::Batch<T>;
    const Batch zero(T(0));
    Batch open = zero;
    for (std::size_t k = 0; k < count; ++k) {
      const Batch bit(std::bit_cast<T>(Word{1} << k));
      open = open | simd::select(Batch::load_aligned(rows + k * lanes) == zero, zero, bit);
    }
    return open;
  }

  void list(std::size_t t, std::size_t rows) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      std::uint16_t* places = places_.data() + (t * lanes + lane) * open_block;
      std::size_t open = 0;
      for (std::size_t first = 0; first < rows; first += 8) {
        const Word word = std::bit_cast<Word>(open_[first / word_bits * lanes + lane]);
        const auto byte = static_cast<std::size_t>(word >> first % word_bits & (byte_values - 1));
        std::array<std::uint16_t, 8> next = places_of[byte];  // a copy, which lies in a register
        for (std::uint16_t& place : next) place = static_cast<std::uint16_t>(place + first * lanes);
        std::copy(next.begin(), next.end(), places + open);
        open += static_cast<std::size_t>(std::popcount(byte));
      }
      counts_[t * lanes + lane] = static_cast<std::uint16_t>(open);
    }
  }

  AlignedBuffer<T> open_;
  std::vector<std::uint16_t> places_, counts_;
  std::vector<char> listed_;
};

}  // namespace nntk
