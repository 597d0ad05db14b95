// SPDX-License-Identifier: BSD-3-Clause
//
// The forward sweep that keeps nothing but the values, and the scratch of any sweep.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "nntk/expr/evaluate.hpp"

namespace nntk::expr {

/// Rows of scratch that a sweep needs, found from the stages.
struct Extent {
  std::size_t value = 0;  ///< the widest vector of values
  std::size_t skip = 0;   ///< skipped values that are alive at once
};

template <class Stage>
struct ExtentOf {
  static constexpr Extent extent{Stage::in > Stage::out ? Stage::in : Stage::out, 0};
};

template <class... Stage>
constexpr Extent extent_of(arch::Stages<Stage...> /*stages*/) {
  Extent total;
  const auto include = [&](Extent e) {
    if (e.value > total.value) total.value = e.value;
    if (e.skip > total.skip) total.skip = e.skip;
  };
  (include(ExtentOf<Stage>::extent), ...);
  return total;
}

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct ExtentOf<Bound<Skip<Factor, Body...>, in, offset>> {
  static constexpr Extent body = extent_of(arch::Bind<in, offset, Body...>{});
  static constexpr Extent extent{body.value, in + body.skip};
};

/// Values that wait while a branch is evaluated, innermost last.
template <class T>
class BranchStack {
 public:
  BranchStack(std::size_t tiles, std::size_t rows) : buffer_(tiles, rows) {}
  void clear(std::size_t count) {
    count_ = count;
    depth_ = 0;
  }
  TileGroup<T> enter(std::size_t rows) {
    const TileGroup<T> top = buffer_.group(count_).from_row(depth_);
    depth_ += rows;
    return top;
  }
  void leave(std::size_t rows) { depth_ -= rows; }
  [[nodiscard]] std::size_t bytes() const { return buffer_.bytes(); }

 private:
  TileBuffer<T> buffer_;
  std::size_t count_ = 0, depth_ = 0;
};

/// The observer that keeps nothing: values only.
template <class Network, class T>
class Values {
 public:
  static constexpr Extent extent = extent_of(typename Network::Stages{});

  /// Scratch for groups of up to `tiles` tiles. The only place that allocates.
  explicit Values(std::size_t tiles)
      : value_(tiles, extent.value), operand_(tiles, extent.value), branches_(tiles, extent.skip) {}

  /// Where the inputs go before `run`, and the outputs are found after it.
  TileGroup<T> value(std::size_t count) { return value_.group(count); }

  /// value ← f(value; θ, ω), θ packed, ω of Network::noise_count numbers.
  void run(const T* packed, const T* noise, std::size_t count) noexcept {
    count_ = count;
    noise_ = noise;
    branches_.clear(count);
    evaluate(typename Network::Stages{}, packed, value(count), *this);
  }
  [[nodiscard]] std::size_t bytes() const { return value_.bytes() + operand_.bytes() + branches_.bytes(); }

  TileGroup<T> operand(std::size_t /*rows*/) { return operand_.group(count_); }
  /// The next numbers of ω.
  const T* noise(std::size_t count) { return std::exchange(noise_, noise_ + count); }
  template <class A>
  void activate(TileGroup<T> value, std::size_t rows, const A& activation) {
    map_rows<T>(read_only(value), value, rows,
                [&](simd::Batch<T> x) { return activate_batch<A, T>(activation, x); });
  }
  void scale_rows(TileGroup<T> value, std::size_t rows, const T* scales) {
    for (std::size_t row = 0; row < rows; ++row)
      map_rows<T>(read_only(value.from_row(row)), value.from_row(row), 1,
                  ScaleBy<T>{simd::Batch<T>(scales[row])});
  }
  template <class S, std::size_t in>
  void select(TileGroup<T> value) {
    const TileGroup<T> mask = operand(in);
    for (std::size_t t = 0; t < count_; ++t) fill_mask<S, in>(value.tile(t), mask.tile(t));
    combine_rows<T>(read_only(mask), value, in, std::multiplies<>{});
  }
  void keep_factor(T /*factor*/) {}
  TileGroup<T> enter_branch(std::size_t rows) { return branches_.enter(rows); }
  void leave_branch(std::size_t rows) { branches_.leave(rows); }

 private:
  TileBuffer<T> value_, operand_;
  BranchStack<T> branches_;
  std::size_t count_ = 0;
  const T* noise_ = nullptr;
};

}  // namespace nntk::expr
