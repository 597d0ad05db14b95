// SPDX-License-Identifier: BSD-3-Clause
//
// Tiles find their places in the caller's matrix, whatever its size, its entries, its start in memory.
#include "nntk/kernel/gram_matrix.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "nntk/expr/tile.hpp"

namespace {

using namespace nntk;

/// An entry of a pair, exact in float too.
double entry_of(std::size_t i, std::size_t j, std::size_t entry) {
  return static_cast<double>(10000 * i + 32 * j + entry);
}

template <class T>
void fill_tile(std::size_t tile_i, std::size_t tile_j, std::size_t entry, AlignedBuffer<T>& values) {
  constexpr std::size_t lanes = simd::lanes<T>;
  for (std::size_t a = 0; a < lanes; ++a)
    for (std::size_t b = 0; b < lanes; ++b)
      values[a * lanes + b] = static_cast<T>(entry_of(tile_i * lanes + a, tile_j * lanes + b, entry));
}

struct Shape {
  std::size_t rows, columns, entries;
  bool is_symmetric;
};

template <class T>
void put_all(const GramMatrix<T>& matrix, const Shape& shape) {
  constexpr std::size_t lanes = simd::lanes<T>;
  std::vector<AlignedBuffer<T>> tiles;
  TileEntries<T> entries(shape.entries);
  for (std::size_t entry = 0; entry < shape.entries; ++entry)
    entries.tiles[entry] = tiles.emplace_back(lanes * lanes).data();
  for (std::size_t i = 0; i * lanes < shape.rows; ++i)
    for (std::size_t j = shape.is_symmetric ? i : 0; j * lanes < shape.columns; ++j) {
      const bool on_diagonal = shape.is_symmetric && i == j;
      matrix.fetch(i, j);
      for (std::size_t entry = 0; entry < shape.entries; ++entry) fill_tile(i, j, entry, tiles[entry]);
      matrix.put(entries, {i, j, on_diagonal});
      if (shape.is_symmetric) matrix.put_turned(entries, {i, j, on_diagonal});
    }
}

/// Puts all tiles twice, over what the memory holds and on top of it; `shift` moves the matrix off the edge
/// of a cache line. What lies round it must stay.
template <class T>
void check(const Shape& shape, std::size_t shift) {
  constexpr double untouched = -1;
  const std::size_t size = shape.rows * shape.columns * shape.entries;
  AlignedBuffer<double> memory(size + shift + 8, untouched);
  double* data = memory.data() + shift;
  put_all(GramMatrix<T>(data, shape.rows, shape.columns, shape.entries, true), shape);
  put_all(GramMatrix<T>(data, shape.rows, shape.columns, shape.entries, false), shape);
  std::size_t differing = 0;
  for (std::size_t at = 0; at < size; ++at) {
    const std::size_t i = at / shape.entries / shape.columns, j = at / shape.entries % shape.columns;
    const bool is_turned = shape.is_symmetric && i > j;
    differing += data[at] != 2 * entry_of(is_turned ? j : i, is_turned ? i : j, at % shape.entries);
  }
  for (std::size_t at = 0; at < memory.size(); ++at)
    differing += (at < shift || at >= shift + size) && memory[at] != untouched;
  INFO(shape.rows << " x " << shape.columns << " x " << shape.entries << ", shift " << shift);
  CHECK(differing == 0);
}

template <class T>
void check_shapes() {
  constexpr std::size_t lanes = simd::lanes<T>;
  for (const std::size_t shift : {0U, 3U})
    for (const std::size_t entries : {1U, 3U, 19U})
      for (const std::size_t n : {std::size_t{1}, lanes - 1, 2 * lanes, 3 * lanes + 8, 2 * lanes + 5}) {
        check<T>({n, n, entries, true}, shift);
        check<T>({n, lanes + 16, entries, false}, shift);
      }
}

}  // namespace

TEST_CASE("Tiles of a Gram matrix find their places, and their mirror images do") { check_shapes<double>(); }

TEST_CASE("Tiles of single precision find their places in a matrix of double") { check_shapes<float>(); }
