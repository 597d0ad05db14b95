// SPDX-License-Identifier: BSD-3-Clause
//
// The local tangent of a network at θ on a group of tiles: forward with the chain recorded, then pulled
// back.
//
//   inputs [tiles][d] ──record──▶ a's in the features, slopes on the tape ──pull──▶ b's in the features
//                                                                         ──push──▶ ∂f/∂θ v (push.hpp)
//
// What is pulled is every output's own cotangent e_o, O at a time, or one cotangent that is given (`last` is
// `full`). Cost per sample: P multiply-adds forward, about O·P back (less where the cotangent keeps its
// structure), or P. A push costs 2 P, of which the first Dense takes half its share.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include "nntk/arch/cost.hpp"
#include "nntk/expr/gated_product.hpp"
#include "nntk/expr/values.hpp"
#include "nntk/tangent/link.hpp"
#include "nntk/tangent/push.hpp"

namespace nntk::tangent {

/// Scratch of the backward sweep of a network whose widest layer has `width` units and whose branches take
/// `skip` rows, for each output.
template <class T, std::size_t outputs>
class PullScratch {
  using Gated = expr::GatedProduct<T, expr::gated_registers<T>(outputs)>;

 public:
  PullScratch(std::size_t tiles, std::size_t width, std::size_t skip, bool is_gated)
      : operand_(tiles, outputs * width),
        branches_(tiles, outputs * skip),
        gated_(outputs, is_gated ? width : 0) {}
  Gated& gated() { return gated_; }
  TileGroup<T> operand(std::size_t count) { return operand_.group(count); }
  void clear(std::size_t count) { branches_.clear(count); }
  TileGroup<T> enter_branch(std::size_t rows) { return branches_.enter(rows); }
  void leave_branch(std::size_t rows) { branches_.leave(rows); }
  [[nodiscard]] std::size_t bytes() const { return operand_.bytes() + branches_.bytes() + gated_.bytes(); }

 private:
  TileBuffer<T> operand_;
  expr::BranchStack<T> branches_;
  Gated gated_;
};

/// What all links of a chain share.
template <class T, std::size_t output_count, Reduction kept>
struct LocalContext {
  using Scalar = T;
  using Scratch = PullScratch<T, output_count>;
  static constexpr std::size_t outputs = output_count;
  static constexpr Reduction reduction = kept;
};

template <class Network, class T, Reduction kept, Form last = Form::identity>
class Local {
  /// Cotangents that are pulled.
  static constexpr std::size_t outputs = last == Form::identity ? Network::outputs : 1;
  static constexpr expr::Extent extent = expr::extent_of(typename Network::Stages{});
  using Whole = Chain<typename Network::Stages, LocalContext<T, outputs, kept>, last>;

 public:
  /// Rows of features that a tile leaves.
  static constexpr std::size_t feature_rows = Whole::feature_rows();

  /// Where each parametrised layer's factor lies in them.
  static constexpr auto factors = [] {
    std::array<Factor, Whole::factor_count()> table{};
    std::size_t next = 0, row = 0;
    Whole::list_factors(table, next, row);
    return table;
  }();

  /// Whether, as a rule, half of the features or cotangents at some layer are 0.
  static constexpr bool is_sparse = holds_sparse_gate<typename Network::Stages>;

  /// Packs Wᵀ of the layers that the pull multiplies by, each in its place.
  static void pack_transposed(const T* theta, T* packed) { Whole::template pack<false>(theta, packed); }

  /// Both sweeps of a sample; and a pair of samples, where the O × O outputs are reduced as kept.
  static constexpr arch::Cost sample_cost =
      arch::forward_cost(typename Network::Stages{}) +
      arch::Cost{Whole::pull_cost(false), static_cast<double>(feature_rows + Whole::tape_rows())};
  static constexpr arch::Cost pair_cost = [] {
    arch::Cost cost{0, 2.0 * static_cast<double>(feature_rows)};
    for (const Factor& factor : factors) {
      const std::size_t repeated = kept == Reduction::trace || factor.identity ? 1 : outputs * outputs;
      cost.multiply_adds += static_cast<double>(factor.a_rows + repeated * factor.b_rows + 1);
    }
    return cost;
  }();

  /// Scratch for groups of up to `tiles` tiles, which `run` pulls so many at a time, since cotangents take
  /// most of it; `cotangent`, `pull` and `push` are for groups of so many then. The only place that
  /// allocates.
  Local(std::size_t tiles, std::size_t pulled_together)
      : pulled_together_(pulled_together),
        value_(tiles, extent.value),
        tape_(tiles, Whole::tape_rows()),
        branches_(tiles, extent.skip),
        cotangent_(pulled_together, outputs * extent.value),
        scratch_(pulled_together, extent.value, extent.skip, Whole::is_gated(false)) {}
  explicit Local(std::size_t tiles) : Local(tiles, tiles) {}

  /// Where the inputs go before `run`, and the outputs are found after it.
  TileGroup<T> value(std::size_t count) { return value_.group(count); }

  /// Where a cotangent that is given goes between `record` and `pull`, a row an output.
  TileGroup<T> cotangent(std::size_t count) { return cotangent_.group(count); }

  /// Leaves the factors of the samples in `value` in `features`, feature_rows rows a tile.
  void run(const Weights<T>& weights, const T* noise, TileGroup<T> features) noexcept {
    record(weights.packed, noise, features);
    const TileGroup<T> tape = tape_.group_like(features);
    expr::for_blocks(features.count, pulled_together_, [&](std::size_t first, std::size_t count) {
      pull(weights, features.part(first, count), tape.part(first, count));
    });
  }
  /// The first half: `value` holds the outputs then.
  void record(const T* packed, const T* noise, TileGroup<T> features) noexcept {
    noise_ = noise;
    features_ = features;
    next_factor_ = tape_row_ = 0;
    branches_.clear(features.count);
    expr::evaluate(typename Network::Stages{}, packed, value_.group_like(features), *this);
  }
  /// The second.
  void pull(const Weights<T>& weights, TileGroup<T> features) noexcept {
    pull(weights, features, tape_.group_like(features));
  }
  /// Or instead of it: how the outputs move along a direction of θ, a row an output, until the next call.
  TileGroup<T> push(const Motion<T>& motion, TileGroup<T> features) noexcept {
    const TileGroup<T> tangent = cotangent_.group(features.count);
    for (std::size_t row = 0; row < Network::inputs; ++row) fill_row(tangent.from_row(row), T(0));
    features_ = features;
    next_factor_ = tape_row_ = 0;
    noise_ -= Network::noise_count;
    moves_ = false;
    branches_.clear(features.count);
    tangent::push(typename Network::Stages{}, motion, tangent, *this);
    return tangent;
  }
  [[nodiscard]] std::size_t bytes() const {
    return value_.bytes() + tape_.bytes() + branches_.bytes() + cotangent_.bytes() + scratch_.bytes();
  }

  // The observer of the forward sweep (expr/evaluate.hpp) that records.
  TileGroup<T> operand(std::size_t /*rows*/) { return features_.from_row(factors[next_factor_++].a_row); }
  const T* noise(std::size_t count) { return std::exchange(noise_, noise_ + count); }
  template <class A>
  void activate(TileGroup<T> value, std::size_t rows, const A& activation) {
    const TileGroup<T> slope = next_tape(rows);
    for_each_register(value, rows, [&](std::size_t t, std::size_t at) {
      const auto moved = activate_dual<A, T>(activation, simd::Batch<T>::load_aligned(value.tile(t) + at));
      moved.value.store_aligned(value.tile(t) + at);
      moved.tangent.along[0].store_aligned(slope.tile(t) + at);
    });
  }
  void scale_rows(TileGroup<T> value, std::size_t rows, const T* scales) {
    const TileGroup<T> slope = next_tape(rows);
    for (std::size_t row = 0; row < rows; ++row) fill_row(slope.from_row(row), scales[row]);
    combine_rows<T>(read_only(slope), value, rows, std::multiplies<>{});
  }
  template <class S, std::size_t in>
  void select(TileGroup<T> value) {
    const TileGroup<T> slope = next_tape(in);
    for (std::size_t t = 0; t < value.count; ++t) expr::fill_mask<S, in>(value.tile(t), slope.tile(t));
    combine_rows<T>(read_only(slope), value, in, expr::KeepWhere<T>{});
  }
  void keep_rows(TileGroup<T> value, std::size_t rows) { copy_rows(value, next_tape(rows), rows); }
  TileGroup<T> enter_branch(std::size_t rows) { return branches_.enter(rows); }
  void leave_branch(std::size_t rows) { branches_.leave(rows); }

  // What the push takes up again, with `operand` and the branches, in the order in which it was recorded.
  TileGroup<T> slopes(std::size_t rows) { return next_tape(rows); }
  TileGroup<T> scratch() { return scratch_.operand(features_.count); }
  [[nodiscard]] bool moves() const { return moves_; }
  void start_moving() { moves_ = true; }

 private:
  void pull(const Weights<T>& weights, TileGroup<T> features, TileGroup<T> tape) noexcept {
    Cursor<T> cursor{features.from_row(feature_rows), tape.from_row(Whole::tape_rows()), noise_};
    Cotangent<T> cotangent{cotangent_.group_like(features), {}, nullptr, T(0)};
    scratch_.clear(features.count);
    Whole::template pull<false>(weights, cotangent, cursor, scratch_);
  }
  TileGroup<T> next_tape(std::size_t rows) {
    return tape_.group_like(features_).from_row(std::exchange(tape_row_, tape_row_ + rows));
  }

  std::size_t pulled_together_;
  TileBuffer<T> value_, tape_;
  expr::BranchStack<T> branches_;
  TileBuffer<T> cotangent_;
  PullScratch<T, outputs> scratch_;
  TileGroup<T> features_;
  const T* noise_ = nullptr;
  std::size_t next_factor_ = 0, tape_row_ = 0;
  bool moves_ = false;  ///< whether a Dense has been passed by the push
};

}  // namespace nntk::tangent
