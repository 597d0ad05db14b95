// SPDX-License-Identifier: BSD-3-Clause
//
// The local chain: the network recorded as the composition of its stages' linear maps, and pulled back once.
//
//   record   forward; each Dense leaves its operand a in the features, each activation its slope on the tape
//   pull     backward; each stage turns the cotangent behind it into the one before it, in the form (see
//            cotangent.hpp) that costs least, and each Dense leaves b in the features
//
// Where a branch joins, the cotangents of its arms are summed before they enter what the arms share: pulling
// each arm alone through the shared stages would count their parameters twice.
//
// Features and tape are laid down in the order of the stages and taken up in reverse; every step is a
// compile-time number.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <utility>

#include "nntk/expr/evaluate.hpp"
#include "nntk/tangent/cotangent.hpp"
#include "nntk/tangent/dual.hpp"
#include "nntk/tangent/factor.hpp"

namespace nntk::tangent {

/// φ and φ' in each lane, from one dual number.
template <class A, class T>
auto activate_dual(const A& activation, const simd::Batch<T>& x) {
  using Batch = simd::Batch<T>;
  if constexpr (A::evaluates_batches) {
    return activation.apply(Dual<Batch, Directions<Batch, 1>>(x, Directions<Batch, 1>::unit(0)));
  } else {
    using Number = Dual<T, Directions<T, 1>>;
    alignas(simd::alignment) T value[simd::width<T>];
    alignas(simd::alignment) T slope[simd::width<T>];
    x.store_aligned(value);
    for (std::size_t i = 0; i < simd::width<T>; ++i) {
      const Number moved = activation.apply(Number(value[i], Directions<T, 1>::unit(0)));
      value[i] = moved.value;
      slope[i] = moved.tangent.along[0];
    }
    return Dual<Batch, Directions<Batch, 1>>(Batch::load_aligned(value), {{Batch::load_aligned(slope)}});
  }
}

/// Where the pull stands: just behind what the next stage left, and the numbers of ω that it took.
template <class T>
struct Cursor {
  TileGroup<T> features;
  TileGroup<T> tape;
  const T* noise;
};

/// The cotangent that is being pulled back; which members mean something is the Form's business.
template <class T>
struct Cotangent {
  TileGroup<T> full;      ///< [output][width] rows
  TileGroup<T> diagonal;  ///< d, on the tape
  const T* weights = nullptr;
  T factor = 0;  ///< s
};

/// θ in the readings that the sweeps need: as declared, packed for products with W, and with Wᵀ.
template <class T>
struct Weights {
  const T* theta = nullptr;
  const T* packed = nullptr;
  const T* transposed = nullptr;
};

/// Forms of the cotangent before each stage and behind the last, for a list that is left with `last`.
template <class... Stage>
constexpr auto forms_of(arch::Stages<Stage...> /*stages*/, Form last) {
  std::array<Form, sizeof...(Stage) + 1> forms{};
  constexpr std::array<Form (*)(Form), sizeof...(Stage)> before{&FormBefore<Stage>::of...};
  forms.back() = last;
  for (std::size_t i = sizeof...(Stage); i > 0; --i) forms[i - 1] = before[i - 1](forms[i]);
  return forms;
}

template <class Stage>
inline constexpr bool is_sparse_gate = false;
template <std::derived_from<Gate> G, std::size_t in, std::size_t offset>
inline constexpr bool is_sparse_gate<Bound<G, in, offset>> = G::is_sparse(in);

/// Whether one is among the stages, or in a branch of theirs.
template <class Stage>
inline constexpr bool holds_sparse_gate = is_sparse_gate<Stage>;
template <class... Stage>
inline constexpr bool holds_sparse_gate<arch::Stages<Stage...>> = (holds_sparse_gate<Stage> || ...);
template <class Factor, class... Body, std::size_t in, std::size_t offset>
inline constexpr bool holds_sparse_gate<Bound<Skip<Factor, Body...>, in, offset>> =
    holds_sparse_gate<arch::Bind<in, offset, Body...>>;

/// The linear map of one stage. `Context` carries what the whole chain shares: scalar, outputs, reduction.
template <class Stage, class Context>
struct Link;

template <class StageList, class Context, Form last>
struct Chain;

template <class... Stage, class Context, Form last>
struct Chain<arch::Stages<Stage...>, Context, last> {
  using T = typename Context::Scalar;
  static constexpr std::size_t size = sizeof...(Stage);
  static constexpr auto forms = forms_of(arch::Stages<Stage...>{}, last);
  static constexpr std::array<std::size_t, size> parameters{Stage::parameter_count...};

  static constexpr std::array<bool, size> sparse{is_sparse_gate<Stage>...};

  /// What stage i finds, where `before` says whether the caller wants the cotangent as well.
  static constexpr Surroundings surroundings(std::size_t i, bool before) {
    for (std::size_t j = 0; j < i; ++j) before = before || parameters[j] > 0;
    return {forms[i + 1], before, i + 1 < size && sparse[i + 1], i > 0 && sparse[i - 1]};
  }

  template <std::size_t... I>
  static constexpr std::size_t feature_rows(std::index_sequence<I...> /*indices*/) {
    return (Link<Stage, Context>::template feature_rows<forms[I + 1]> + ... + std::size_t{0});
  }
  static constexpr std::size_t feature_rows() { return feature_rows(std::make_index_sequence<size>{}); }
  static constexpr std::size_t tape_rows() {
    return (Link<Stage, Context>::tape_rows + ... + std::size_t{0});
  }
  static constexpr std::size_t factor_count() {
    return (Link<Stage, Context>::factor_count + ... + std::size_t{0});
  }

  /// Multiply-adds of the pull.
  static constexpr double pull_cost(bool before) {
    return pull_cost(before, std::make_index_sequence<size>{});
  }
  template <std::size_t... I>
  static constexpr double pull_cost(bool before, std::index_sequence<I...> /*indices*/) {
    return (Link<Stage, Context>::pull_cost(surroundings(I, before)) + ... + 0.0);
  }

  /// Whether a product of the pull passes over closed units.
  static constexpr bool is_gated(bool before) { return is_gated(before, std::make_index_sequence<size>{}); }
  template <std::size_t... I>
  static constexpr bool is_gated(bool before, std::index_sequence<I...> /*indices*/) {
    return (Link<Stage, Context>::is_gated(surroundings(I, before)) || ...);
  }

  /// Fills the table of factors, in the order of the stages.
  template <class Table>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row) {
    list_factors(table, next, row, std::make_index_sequence<size>{});
  }
  template <class Table, std::size_t... I>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row,
                                     std::index_sequence<I...> /*indices*/) {
    (Link<Stage, Context>::template list_factors<forms[I + 1]>(table, next, row), ...);
  }

  /// Packs the transposes of weights in their places, of those that the pull multiplies by.
  template <bool before>
  static void pack(const T* theta, T* packed) {
    pack<before>(theta, packed, std::make_index_sequence<size>{});
  }
  template <bool before, std::size_t... I>
  static void pack(const T* theta, T* packed, std::index_sequence<I...> /*indices*/) {
    (Link<Stage, Context>::template pack<surroundings(I, before)>(theta, packed), ...);
  }

  /// Pulls the cotangent back through all stages, leaving their factors. `before`: the caller wants it as
  /// well.
  template <bool before>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    pull<before>(weights, cotangent, cursor, scratch, std::make_index_sequence<size>{});
  }
  template <bool before, std::size_t... I>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch, std::index_sequence<I...> /*indices*/) {
    constexpr std::array steps{&pull_stage<Stage, surroundings(I, before)>...};
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
      (*step)(weights, cotangent, cursor, scratch);
  }
  template <class Last, Surroundings here>
  static void pull_stage(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                         typename Context::Scratch& scratch) {
    using This = Link<Last, Context>;
    cursor.features = cursor.features.before(This::template feature_rows<here.form>);
    cursor.tape = cursor.tape.before(This::tape_rows);
    cursor.noise -= arch::noise_count(arch::Stages<Last>{});
    This::template pull<here>(weights, cotangent, cursor, scratch);
  }
};

}  // namespace nntk::tangent
