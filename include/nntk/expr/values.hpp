// SPDX-License-Identifier: BSD-3-Clause
//
// The forward sweep that keeps nothing but the values, and the scratch of any sweep.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "nntk/arch/range.hpp"
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

template <double epsilon, std::size_t in, std::size_t offset>
struct ExtentOf<Bound<LayerNormOf<epsilon>, in, offset>> {
  static constexpr Extent extent{in, 1};
};
/// The matrix is not applied in place, and on the way back from count to in.
template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct ExtentOf<Bound<Frequencies<count, scale>, in, offset>> {
  static constexpr std::size_t widest = in > count ? in : count;
  static constexpr Extent extent{widest, widest};
};
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

/// A displacement of θ whose blocks are outer products: W + s u vᵀ and b + s u v₀, for the blocks that lie in
/// the range. `factors`: u and v of each of them, in their order.
template <class T>
struct OuterDisplacement {
  const T* factors = nullptr;
  T stretch = 0;  ///< s
  Range moving = {};

  /// Whether a block of `count` parameters moves.
  [[nodiscard]] bool moves(std::size_t first, std::size_t count) const {
    return factors != nullptr && first >= moving.first && first - moving.first + count <= moving.count;
  }
  /// The next numbers of the factors.
  const T* take(std::size_t count) { return std::exchange(factors, factors + count); }
};

/// Whether every block of a network belongs to a layer that follows an outer displacement: Dense.
template <class Stage>
struct FollowsOuter {
  static constexpr bool value = Stage::parameter_count == 0;
};
template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct FollowsOuter<Bound<Dense<width, scale, p>, in, offset>> {
  static constexpr bool value = true;
};
template <class... Stage>
constexpr bool follows_outer(arch::Stages<Stage...> /*stages*/) {
  return (FollowsOuter<Stage>::value && ...);
}
template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct FollowsOuter<Bound<Skip<Factor, Body...>, in, offset>> {
  static constexpr bool value = follows_outer(arch::Bind<in, offset, Body...>{});
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

  /// value ← f(value; θ + δ, ω), θ packed, ω of Network::noise_count numbers. θ + δ is not formed: a layer
  /// takes fan-in + 2 fan-out multiply-adds a lane more.
  void run(const T* packed, const T* noise, std::size_t count,
           const OuterDisplacement<T>& displacement = {}) noexcept {
    count_ = count;
    noise_ = noise;
    displacement_ = displacement;
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
    combine_rows<T>(read_only(mask), value, in, KeepWhere<T>{});
  }
  void keep_rows(TileGroup<T> /*value*/, std::size_t /*rows*/) {}
  /// value += s (u ⟨v, operand⟩ + bias_factor u_b v_b): behind the product of a Dense layer.
  void displace(std::size_t offset, std::size_t in, std::size_t width, bool has_bias, T bias_factor,
                TileGroup<T> operand, TileGroup<T> value) {
    if (displacement_.moves(offset, width * in)) {
      const T* u = displacement_.take(width);
      const T* v = displacement_.take(in);
      for (std::size_t t = 0; t < count_; ++t) add_outer(u, v, in, width, operand.tile(t), value.tile(t));
    }
    if (has_bias && displacement_.moves(offset + width * in, width)) {
      const T* u = displacement_.take(width);
      add_bias(u, width, bias_factor * displacement_.stretch * *displacement_.take(1), value);
    }
  }
  TileGroup<T> enter_branch(std::size_t rows) { return branches_.enter(rows); }
  void leave_branch(std::size_t rows) { branches_.leave(rows); }

 private:
  /// value_r += s u_r Σ_k v_k operand_k of one tile.
  void add_outer(const T* u, const T* v, std::size_t in, std::size_t width, const T* operand,
                 T* value) const {
    using Batch = simd::Batch<T>;
    Batch sum[simd::registers_per_row];
    multiply_rows<1, T>(AdjacentRows<T>{v, 1}, operand, in,
                        [&](std::size_t /*row*/, std::size_t r, Batch product) {
                          sum[r] = Batch(displacement_.stretch) * product;
                        });
    for (std::size_t row = 0; row < width; ++row, value += simd::lanes<T>) {
      for (std::size_t r = 0; r < simd::registers_per_row; ++r) {
        T* to = value + r * simd::width<T>;
        simd::fma(Batch(u[row]), sum[r], Batch::load_aligned(to)).store_aligned(to);
      }
    }
  }
  static void add_bias(const T* u, std::size_t width, T factor, TileGroup<T> value) {
    for (std::size_t r = 0; r < width; ++r) {
      const simd::Batch<T> number(factor * u[r]);
      map_rows<T>(read_only(value.from_row(r)), value.from_row(r), 1, [&](auto x) { return x + number; });
    }
  }

  TileBuffer<T> value_, operand_;
  BranchStack<T> branches_;
  std::size_t count_ = 0;
  const T* noise_ = nullptr;
  OuterDisplacement<T> displacement_;
};

}  // namespace nntk::expr
