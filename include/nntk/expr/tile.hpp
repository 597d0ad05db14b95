// SPDX-License-Identifier: BSD-3-Clause
//
// Samples side by side. A tile holds `lanes` samples as rows of features; a TileGroup names the same rows of
// several tiles, so that a weight that has been fetched serves them all.
//
//            lane 0 … lane 23                 tile 0        tile 1
//   row 0   [ x₀[0]   x₂₃[0] ]       data ──▶ [rows]  ┌──▶ [rows]   ...
//   row 1   [ x₀[1]   x₂₃[1] ]                        └ stride numbers further
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

#include "nntk/simd.hpp"

namespace nntk {

/// Rows of `count` tiles; tile t begins `t * stride` numbers behind `data`. A view: it owns nothing.
template <class T>
struct TileGroup {
  T* data = nullptr;
  std::size_t stride = 0;
  std::size_t count = 0;
  /// That the tiles hold; lanes behind them are free.
  std::size_t samples = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] T* tile(std::size_t t) const { return data + t * stride; }
  [[nodiscard]] TileGroup from_row(std::size_t row) const {
    return {data + row * simd::lanes<T>, stride, count, samples};
  }
  /// Some of its tiles.
  [[nodiscard]] TileGroup part(std::size_t first, std::size_t tiles) const {
    return {tile(first), stride, tiles, samples - std::min(samples, first * simd::lanes<T>)};
  }
  [[nodiscard]] TileGroup before(std::size_t rows) const {
    return {data - rows * simd::lanes<T>, stride, count, samples};
  }
  /// Lanes of a tile that hold samples, and registers of a row.
  [[nodiscard]] std::size_t lanes(std::size_t t) const {
    return std::min(simd::lanes<T>, samples - std::min(samples, t * simd::lanes<T>));
  }
  [[nodiscard]] std::size_t registers(std::size_t t) const {
    return (lanes(t) + simd::width<T> - 1) / simd::width<T>;
  }
};

/// Memory at the edge of a cache line; large pieces in huge pages, which take a hundredth of the page faults
/// and a tenth off the time of a Gram matrix of narrow networks.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}

  /// Throws std::bad_alloc.
  [[nodiscard]] T* allocate(std::size_t count) {
    constexpr std::size_t huge_page = std::size_t{1} << 21, most = std::size_t{1} << 62;
    if (count > most / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = count * sizeof(T);
    const std::size_t edge = bytes >= huge_page ? huge_page : simd::alignment;
    void* data = std::aligned_alloc(edge, (bytes + edge) / edge * edge);
    if (data == nullptr) throw std::bad_alloc();
    if (edge == huge_page) madvise(data, bytes, MADV_HUGEPAGE);
    return static_cast<T*>(data);
  }
  void deallocate(T* data, std::size_t /*count*/) { std::free(data); }
  friend bool operator==(const AlignedAllocator& /*a*/, const AlignedAllocator& /*b*/) { return true; }
};

/// Aligned numbers on the heap, zero at first; allocated once, where a Workspace or a data set is made.
template <class T>
using AlignedBuffer = std::vector<T, AlignedAllocator<T>>;

/// Leaves numbers as the memory holds them: pages that nobody writes to take none.
template <class T>
struct UnfilledAllocator : AlignedAllocator<T> {
  UnfilledAllocator() = default;
  template <class U>
  explicit UnfilledAllocator(const UnfilledAllocator<U>& /*other*/) {}
  void construct(T* number) noexcept { ::new (static_cast<void*>(number)) T; }
};

/// An AlignedBuffer that is not zero at first: for what is written before it is read, or never.
template <class T>
using UnfilledBuffer = std::vector<T, UnfilledAllocator<T>>;

/// Scratch rows for a group of tiles.
template <class T>
class TileBuffer {
 public:
  TileBuffer(std::size_t tiles, std::size_t rows) : rows_(rows), buffer_(tiles * rows * simd::lanes<T>) {}
  [[nodiscard]] TileGroup<T> group(std::size_t count) {
    return {buffer_.data(), rows_ * simd::lanes<T>, count};
  }
  /// Rows of as many tiles as another group has, for the same samples.
  [[nodiscard]] TileGroup<T> group_like(const TileGroup<T>& other) {
    return {buffer_.data(), rows_ * simd::lanes<T>, other.count, other.samples};
  }
  [[nodiscard]] std::size_t bytes() const { return buffer_.size() * sizeof(T); }

 private:
  std::size_t rows_;
  AlignedBuffer<T> buffer_;
};

/// Runs work(tile, place) for each register of `rows` rows that holds samples.
template <class T, class Work>
void for_each_register(const TileGroup<T>& group, std::size_t rows, const Work& work) {
  for (std::size_t t = 0; t < group.count; ++t) {
    const std::size_t filled = group.registers(t) * simd::width<T>;
    for (std::size_t first = 0; first < rows * simd::lanes<T>; first += simd::lanes<T>)
      for (std::size_t v = 0; v < filled; v += simd::width<T>) work(t, first + v);
  }
}

/// f(in batch) for `rows` rows of each tile; out may be in. Cost: one pass.
template <class T, class Function>
void map_rows(TileGroup<const T> in, TileGroup<T> out, std::size_t rows, Function f) {
  for_each_register(in, rows, [&](std::size_t t, std::size_t at) {
    f(simd::Batch<T>::load_aligned(in.tile(t) + at)).store_aligned(out.tile(t) + at);
  });
}

/// out ← f(out, in), row by row.
template <class T, class Function>
void combine_rows(TileGroup<const T> in, TileGroup<T> out, std::size_t rows, Function f) {
  using Batch = simd::Batch<T>;
  for_each_register(in, rows, [&](std::size_t t, std::size_t at) {
    T* to = out.tile(t) + at;
    f(Batch::load_aligned(to), Batch::load_aligned(in.tile(t) + at)).store_aligned(to);
  });
}

template <class T>
TileGroup<const T> read_only(TileGroup<T> group) {
  return {group.data, group.stride, group.count, group.samples};
}

/// One row of each tile ← number.
template <class T>
void fill_row(TileGroup<T> row, T number) {
  for (std::size_t t = 0; t < row.count; ++t) std::fill_n(row.tile(t), simd::lanes<T>, number);
}

/// to ← from, row by row.
template <class T>
void copy_rows(TileGroup<T> from, TileGroup<T> to, std::size_t rows) {
  map_rows<T>(read_only(from), to, rows, [](auto x) { return x; });
}

}  // namespace nntk
