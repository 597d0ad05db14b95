// SPDX-License-Identifier: BSD-3-Clause
//
// A direction v of θ pushed forward through a recorded chain: how the outputs move along it, ∂f(x; θ)/∂θ v.
// This is forward mode with one direction (Griewank and Walther 2008, section 3.1), and the transpose of the
// pull (chain.hpp): it reads the same operands and slopes.
//
//   Dense        ż ← W (s ż) + V a + β v_b       V, v_b its part of v; a = s z, the operand that was recorded
//   gate         ż ← d ∘ ż                       d from the tape: φ'(z), a mask
//   Noise        ż
//   GroupSum     ż_j ← Σ ż over group j
//   Frequencies  ż ← (2πσ/√d) B ż
//   SinCos       ż ← [cos z ∘ ż, −sin z ∘ ż]
//   LayerNorm    ż ← (ż − mean ż − y mean(y ż))/√(v + ε), y and the root from the tape
//   Skip         ż ← ż + α (push of ż through the body)
//
//   ż [width][lane], the tangent of the values z, row beside row
//
// Before the first Dense nothing moves, and its product with W is left out.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>

#include "nntk/arch/gate.hpp"
#include "nntk/expr/evaluate.hpp"
#include "nntk/tangent/fixed_link.hpp"

namespace nntk::tangent {

/// θ and v, both packed (expr/product.hpp).
template <class T>
struct Motion {
  const T* packed = nullptr;
  const T* direction = nullptr;
};

/// What one recorded layer does to the tangent; a layer of a user's own specialises it.
template <class Stage>
struct Push;

/// Applies every stage in turn. `recorded` hands out what `record` left, in its order, and scratch rows.
template <class... Stage, class T, class Recorded>
void push(arch::Stages<Stage...> /*stages*/, const Motion<T>& motion, TileGroup<T> tangent,
          Recorded& recorded) {
  (Push<Stage>::run(motion, tangent, recorded), ...);
}

/// A Dense layer whose parameters begin at `offset`, as in evaluate_dense.
template <class Layer, std::size_t in, class T, class Recorded>
void push_dense(const Motion<T>& motion, std::size_t offset, TileGroup<T> tangent, Recorded& recorded) {
  constexpr std::size_t width = Layer::width;
  const TileGroup<const T> operand = read_only(recorded.operand(in));
  const bool adds = recorded.moves();
  if (adds) {
    const TileGroup<T> scaled = recorded.scratch();
    const simd::Batch<T> factor(static_cast<T>(Layer::weight_factor(in)));
    map_rows<T>(read_only(tangent), scaled, in, expr::ScaleBy<T>{factor});
    expr::multiply<T>(motion.packed + offset, width, in, 1, read_only(scaled), tangent, expr::Unchanged{});
  }
  const T* direction = motion.direction + offset;
  if constexpr (Layer::has_bias) {
    const simd::Batch<T> beta(static_cast<T>(Layer::bias_factor()));
    const expr::AddBias<T> add_bias{direction + width * in, beta};
    expr::multiply<T>(direction, width, in, 1, operand, tangent, add_bias, adds);
  } else {
    expr::multiply<T>(direction, width, in, 1, operand, tangent, expr::Unchanged{}, adds);
  }
  recorded.start_moving();
}

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Push<Bound<Dense<width, scale, p>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& motion, TileGroup<T> tangent, Recorded& recorded) {
    push_dense<Dense<width, scale, p>, in>(motion, offset, tangent, recorded);
  }
};

/// An infinite slope does not make a NaN of what stands still.
template <std::derived_from<Gate> G, std::size_t in, std::size_t offset>
struct Push<Bound<G, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& /*motion*/, TileGroup<T> tangent, Recorded& recorded) {
    const TileGroup<const T> slopes = read_only(recorded.slopes(in));
    if constexpr (requires { G::noise_count(in); }) recorded.noise(G::noise_count(in));
    if (recorded.moves()) combine_rows<T>(slopes, tangent, in, std::multiplies<>{});
  }
};

template <double deviation, std::size_t in, std::size_t offset>
struct Push<Bound<Noise<deviation>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& /*motion*/, TileGroup<T> /*tangent*/, Recorded& recorded) {
    recorded.noise(in);
  }
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct Push<Bound<Frequencies<count, scale>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& motion, TileGroup<T> tangent, Recorded& recorded) {
    expr::Evaluate<Bound<Frequencies<count, scale>, in, offset>>::run(motion.packed, tangent, recorded);
  }
};

template <std::size_t in, std::size_t offset>
struct Push<Bound<SinCos, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& /*motion*/, TileGroup<T> tangent, Recorded& recorded) {
    const TileGroup<const T> waves = read_only(recorded.slopes(2 * in));
    const TileGroup<T> of_cosine = tangent.from_row(in);
    map_rows<T>(read_only(tangent), of_cosine, in, std::negate<>{});
    combine_rows<T>(waves, of_cosine, in, std::multiplies<>{});
    combine_rows<T>(waves.from_row(in), tangent, in, std::multiplies<>{});
  }
};

template <double epsilon, std::size_t in, std::size_t offset>
struct Push<Bound<LayerNormOf<epsilon>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& /*motion*/, TileGroup<T> tangent, Recorded& recorded) {
    const TileGroup<const T> left = read_only(recorded.slopes(in + 1));
    for (std::size_t t = 0; t < tangent.count; ++t) {
      for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>)
        standardise_tangent<in>(left.tile(t) + v, tangent.tile(t) + v);
    }
  }
};

template <std::size_t group, std::size_t in, std::size_t offset>
struct Push<Bound<GroupSum<group>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& motion, TileGroup<T> tangent, Recorded& recorded) {
    expr::Evaluate<Bound<GroupSum<group>, in, offset>>::run(motion.packed, tangent, recorded);
  }
};

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Push<Bound<Skip<Factor, Body...>, in, offset>> {
  template <class T, class Recorded>
  static void run(const Motion<T>& motion, TileGroup<T> tangent, Recorded& recorded) {
    const TileGroup<T> skip = recorded.enter_branch(in);
    copy_rows(tangent, skip, in);
    const T factor = Factor::of(recorded.noise(Factor::noise_count));
    push(arch::Bind<in, offset, Body...>{}, motion, tangent, recorded);
    combine_rows<T>(read_only(skip), tangent, in, expr::AddScaled<T>{simd::Batch<T>(factor)});
    recorded.leave_branch(in);
  }
};

}  // namespace nntk::tangent
