// SPDX-License-Identifier: BSD-3-Clause
//
// The forward expression of a network on a group of tiles: stage after stage transforms one buffer of values.
//
//   Dense        operand ← (σ_w/√n_in) · value;  value ← W operand + σ_b b
//   activation   value ← φ(value)
//   Residual     skip ← value;  value ← body(value);  value ← skip + α · value
//
// What else is wanted of the sweep is an Observer's business: where operands and skipped values are kept, and
// whether an activation is asked for its derivative as well. `Values` keeps nothing.
#pragma once

#include <concepts>
#include <cstddef>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/expr/product.hpp"
#include "nntk/expr/tile.hpp"

namespace nntk::expr {

/// What one layer does to the values; a layer of a user's own specialises it (or Activation does it for him).
template <class Stage>
struct Evaluate;

/// Applies every stage in turn. `packed` is the whole parameter vector, as `pack_parameters` leaves it.
template <class... Stage, class T, class Observer>
void evaluate(arch::Stages<Stage...> /*stages*/, const T* packed, TileGroup<T> value, Observer& observer) {
  (Evaluate<Stage>::run(packed, value, observer), ...);
}

/// θ with every weight matrix packed in its place (expr/product.hpp). Cost: one pass over θ.
template <class... Stage, class T>
void pack_parameters(arch::Stages<Stage...> /*stages*/, const T* theta, T* packed) {
  (Evaluate<Stage>::pack(theta, packed), ...);
}

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Dense<width, scale, p>, in, offset>> {
  using Layer = Dense<width, scale, p>;

  template <class T>
  static void pack(const T* theta, T* packed) {
    expr::pack(theta + offset, width, in, in, 1, packed + offset);
    for (std::size_t i = offset + width * in; i < offset + Layer::parameter_count(in); ++i)
      packed[i] = theta[i];
  }

  template <class T, class Observer>
  static void run(const T* packed, TileGroup<T> value, Observer& observer) {
    const simd::Batch<T> factor(static_cast<T>(Layer::weight_factor(in)));
    const TileGroup<T> operand = observer.operand(in);
    map_rows<T>(read_only(value), operand, in, ScaleBy<T>{factor});
    const T* weights = packed + offset;
    if constexpr (Layer::has_bias) {
      const simd::Batch<T> beta(static_cast<T>(Layer::bias_factor()));
      multiply<T>(weights, width, in, 1, read_only(operand), value, AddBias<T>{weights + width * in, beta});
    } else {
      multiply<T>(weights, width, in, 1, read_only(operand), value, Unchanged{});
    }
  }
};

template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Evaluate<Bound<A, in, offset>> {
  template <class T>
  static void pack(const T* /*theta*/, T* /*packed*/) {}
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    observer.template activate<A>(value, in);
  }
};

template <double scale, class... Body, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Residual<scale, Body...>, in, offset>> {
  template <class T>
  static void pack(const T* theta, T* packed) {
    pack_parameters(arch::Bind<in, offset, Body...>{}, theta, packed);
  }
  template <class T, class Observer>
  static void run(const T* packed, TileGroup<T> value, Observer& observer) {
    const TileGroup<T> skip = observer.enter_branch(in);
    copy_rows(value, skip, in);
    evaluate(arch::Bind<in, offset, Body...>{}, packed, value, observer);
    const simd::Batch<T> factor(static_cast<T>(scale));
    combine_rows<T>(read_only(skip), value, in, AddScaled<T>{factor});
    observer.leave_branch(in);
  }
};

/// φ in each lane: at once where the activation takes batches, else one number after the other.
template <class A, class T>
simd::Batch<T> activate_batch(const simd::Batch<T>& x) {
  if constexpr (A::evaluates_batches) {
    return A::apply(x);
  } else {
    alignas(simd::alignment) T lane[simd::width<T>];
    x.store_aligned(lane);
    for (T& number : lane) number = A::apply(number);
    return simd::Batch<T>::load_aligned(lane);
  }
}

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

template <double scale, class... Body, std::size_t in, std::size_t offset>
struct ExtentOf<Bound<Residual<scale, Body...>, in, offset>> {
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

  /// value ← f(value; θ), θ packed.
  void run(const T* packed, std::size_t count) noexcept {
    count_ = count;
    branches_.clear(count);
    evaluate(typename Network::Stages{}, packed, value(count), *this);
  }
  [[nodiscard]] std::size_t bytes() const { return value_.bytes() + operand_.bytes() + branches_.bytes(); }

  TileGroup<T> operand(std::size_t /*rows*/) { return operand_.group(count_); }
  template <class A>
  void activate(TileGroup<T> value, std::size_t rows) {
    map_rows<T>(read_only(value), value, rows, [](auto x) { return activate_batch<A, T>(x); });
  }
  TileGroup<T> enter_branch(std::size_t rows) { return branches_.enter(rows); }
  void leave_branch(std::size_t rows) { branches_.leave(rows); }

 private:
  TileBuffer<T> value_, operand_;
  BranchStack<T> branches_;
  std::size_t count_ = 0;
};

}  // namespace nntk::expr
