// SPDX-License-Identifier: BSD-3-Clause
//
// The forward expression of a network on a group of tiles: stage after stage transforms one buffer of values.
//
//   Dense        operand ← (σ_w/√n_in) · value;  value ← W operand + σ_b b
//   activation   value ← φ(value)
//   Dropout      value ← m ∘ value;  selections the same, with m from the value
//   Noise        value ← value + σ ξ
//   Frequencies  value ← (2πσ/√d) B value;  SinCos  value ← [sin value, cos value]
//   LayerNorm    value ← (value − mean)/√(variance + ε), over the units
//   GroupSum     value_j ← Σ value over group j
//   Skip         skip ← value;  value ← body(value);  value ← skip + α · value
//
// What else is wanted of the sweep is an Observer's business: where operands and skipped values are kept, and
// whether an activation is asked for its derivative as well. `Values` (values.hpp) keeps nothing.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <utility>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/expr/product.hpp"
#include "nntk/expr/tile.hpp"

namespace nntk::expr {

/// What one layer does to the values; a layer of a user's own specialises it (or Activation does it for him).
template <class Stage>
struct Evaluate;

/// Applies every stage in turn. `packed` is the whole parameter vector, as `pack_parameters` leaves it; the
/// numbers of stochastic layers are the observer's to hand out (noise.hpp).
template <class... Stage, class T, class Observer>
void evaluate(arch::Stages<Stage...> /*stages*/, const T* packed, TileGroup<T> value, Observer& observer) {
  (Evaluate<Stage>::run(packed, value, observer), ...);
}

/// θ with every weight matrix packed in its place (expr/product.hpp). Cost: one pass over θ.
template <class... Stage, class T>
void pack_parameters(arch::Stages<Stage...> /*stages*/, const T* theta, T* packed) {
  (Evaluate<Stage>::pack(theta, packed), ...);
}

/// A Dense layer whose parameters begin at `offset`: a number, so that equal layers are compiled once.
template <class Layer, std::size_t in, class T, class Observer>
void evaluate_dense(const T* packed, std::size_t offset, TileGroup<T> value, Observer& observer) {
  constexpr std::size_t width = Layer::width;
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
  if constexpr (requires { observer.displace(offset, in, width, Layer::has_bias, T(0), operand, value); })
    observer.displace(offset, in, width, Layer::has_bias, static_cast<T>(Layer::bias_factor()), operand,
                      value);
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
    evaluate_dense<Layer, in>(packed, offset, value, observer);
  }
};

/// A layer without parameters.
struct EvaluateFixed {
  template <class T>
  static void pack(const T* /*theta*/, T* /*packed*/) {}
};

template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Evaluate<Bound<A, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    observer.activate(value, in, A{});
  }
};

template <double step, double reach, std::size_t in, std::size_t offset>
struct Evaluate<Bound<BrownianOf<step, reach>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    using Layer = BrownianOf<step, reach>;
    observer.activate(value, in, typename Layer::template Path<T>{observer.noise(Layer::noise_count(in))});
  }
};

template <double drop, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Dropout<drop>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    observer.scale_rows(value, in, observer.noise(in));
  }
};

template <double deviation, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Noise<deviation>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    const T* noise = observer.noise(in);
    for (std::size_t row = 0; row < in; ++row) {
      const simd::Batch<T> number(noise[row]);
      map_rows<T>(read_only(value.from_row(row)), value.from_row(row), 1, [&](auto x) { return x + number; });
    }
  }
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Frequencies<count, scale>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    const StridedRows<T> frequencies{observer.noise(count * in), in, 1};
    const TileGroup<T> operand = observer.enter_branch(in);
    copy_rows(value, operand, in);
    multiply_strided<T>(frequencies, count, in, 1,
                        static_cast<T>(Frequencies<count, scale>::weight_factor(in)), read_only(operand),
                        value);
    observer.leave_branch(in);
  }
};

template <std::size_t in, std::size_t offset>
struct Evaluate<Bound<SinCos, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    using math::cos, math::sin;
    map_rows<T>(read_only(value), value.from_row(in), in, [](simd::Batch<T> z) { return cos(z); });
    map_rows<T>(read_only(value), value, in, [](simd::Batch<T> z) { return sin(z); });
    observer.keep_rows(value, 2 * in);
  }
};

/// Σ of term(place of the row) over the rows, in one register of each.
template <class T, class Term>
simd::Batch<T> sum_rows(std::size_t rows, const Term& term) {
  simd::Batch<T> sum(T(0));
  for (std::size_t at = 0; at < rows * simd::lanes<T>; at += simd::lanes<T>) sum = sum + term(at);
  return sum;
}

/// One register of a tile's units, brought to mean 0 and variance 1; returns what they were divided by,
/// inverse.
template <class T>
simd::Batch<T> standardise(T* units, std::size_t count, T epsilon) {
  using Batch = simd::Batch<T>;
  const Batch share(T(1) / static_cast<T>(count));
  const Batch mean =
      share * sum_rows<T>(count, [&](std::size_t at) { return Batch::load_aligned(units + at); });
  const auto from_mean = [&](std::size_t at) { return Batch::load_aligned(units + at) - mean; };
  const Batch variance =
      share * sum_rows<T>(count, [&](std::size_t at) { return from_mean(at) * from_mean(at); });
  const Batch inverse = Batch(T(1)) / xsimd::sqrt(variance + Batch(epsilon));
  for (std::size_t at = 0; at < count * simd::lanes<T>; at += simd::lanes<T>)
    (inverse * from_mean(at)).store_aligned(units + at);
  return inverse;
}

template <double epsilon, std::size_t in, std::size_t offset>
struct Evaluate<Bound<LayerNormOf<epsilon>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    const TileGroup<T> inverse = observer.enter_branch(1);
    for (std::size_t t = 0; t < value.count; ++t) {
      for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>)
        standardise(value.tile(t) + v, in, static_cast<T>(epsilon)).store_aligned(inverse.tile(t) + v);
    }
    observer.keep_rows(value, in);
    observer.keep_rows(inverse, 1);
    observer.leave_branch(1);
  }
};

template <std::derived_from<Selection> S, std::size_t in, std::size_t offset>
struct Evaluate<Bound<S, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& observer) {
    observer.template select<S, in>(value);
  }
};

template <std::size_t group, std::size_t in, std::size_t offset>
struct Evaluate<Bound<GroupSum<group>, in, offset>> : EvaluateFixed {
  template <class T, class Observer>
  static void run(const T* /*packed*/, TileGroup<T> value, Observer& /*observer*/) {
    for (std::size_t row = 0; row < in / group; ++row) {
      if (row > 0) copy_rows(value.from_row(row * group), value.from_row(row), 1);
      for (std::size_t unit = 1; unit < group; ++unit)
        combine_rows<T>(read_only(value.from_row(row * group + unit)), value.from_row(row), 1, std::plus<>{});
    }
  }
};

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Evaluate<Bound<Skip<Factor, Body...>, in, offset>> {
  template <class T>
  static void pack(const T* theta, T* packed) {
    pack_parameters(arch::Bind<in, offset, Body...>{}, theta, packed);
  }
  template <class T, class Observer>
  static void run(const T* packed, TileGroup<T> value, Observer& observer) {
    const TileGroup<T> skip = observer.enter_branch(in);
    copy_rows(value, skip, in);
    const T factor = Factor::of(observer.noise(Factor::noise_count));
    evaluate(arch::Bind<in, offset, Body...>{}, packed, value, observer);
    combine_rows<T>(read_only(skip), value, in, AddScaled<T>{simd::Batch<T>(factor)});
    observer.leave_branch(in);
  }
};

/// The units of each lane that a selection keeps, as ones and zeros: mask[unit][lane]. Cost: a comparison of
/// all units for each lane.
template <class S, std::size_t in, class T>
void fill_mask(const T* values, T* mask) {
  constexpr std::size_t lanes = simd::lanes<T>;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto kept = S::template keep<in>([&](std::size_t unit) { return values[unit * lanes + lane]; });
    for (std::size_t unit = 0; unit < in; ++unit) mask[unit * lanes + lane] = kept[unit] ? T(1) : T(0);
  }
}

/// x where the mask is not 0, else 0: also where x is infinite.
template <class T>
struct KeepWhere {
  using Batch = simd::Batch<T>;
  Batch operator()(const Batch& x, const Batch& mask) const {
    return xsimd::select(mask > Batch(T(0)), x, Batch(T(0)));
  }
};

/// φ in each lane: at once where the activation takes batches, else one number after the other.
template <class A, class T>
simd::Batch<T> activate_batch(const A& activation, const simd::Batch<T>& x) {
  if constexpr (A::evaluates_batches) {
    return activation.apply(x);
  } else {
    alignas(simd::alignment) T lane[simd::width<T>];
    x.store_aligned(lane);
    for (T& number : lane) number = activation.apply(number);
    return simd::Batch<T>::load_aligned(lane);
  }
}

}  // namespace nntk::expr
