// SPDX-License-Identifier: BSD-3-Clause
//
// The links of a local chain: how each kind of layer pulls a cotangent back, and what it leaves of it.
//
//   Dense        leaves (a, b); before it stands s Wᵀ b, next to sparse gates only where units are open
//   Skip         before it stands b + (pull of α b through the body)
//
// and those of fixed_link.hpp, which leave nothing.
#pragma once

#include <cmath>
#include <cstddef>
#include <functional>

#include "nntk/expr/gated_product.hpp"
#include "nntk/tangent/fixed_link.hpp"

namespace nntk::tangent {

/// √c_j d_j with c_j = Σ_o (s W_oj)²: what the trace asks of a weighted cotangent.
template <class T>
void write_trace(const Cotangent<T>& cotangent, std::size_t outputs, std::size_t width, TileGroup<T> to) {
  using Batch = simd::Batch<T>;
  for (std::size_t j = 0; j < width; ++j) {
    T square = 0;
    for (std::size_t o = 0; o < outputs; ++o) {
      const T weight = cotangent.factor * cotangent.weights[o * width + j];
      square += weight * weight;
    }
    const Batch root(std::sqrt(square));
    map_rows<T>(read_only(cotangent.diagonal.from_row(j)), to.from_row(j), 1,
                [&](auto d) { return root * d; });
  }
}

/// A Dense layer in any place, so that equal layers are compiled once.
template <class Layer, std::size_t in, class Context>
struct DenseLink {
  using T = typename Context::Scalar;
  static constexpr std::size_t width = Layer::width;
  static constexpr std::size_t outputs = Context::outputs;
  static constexpr std::size_t tape_rows = 0;
  static constexpr std::size_t factor_count = 1;
  template <Form form>
  static constexpr std::size_t b_rows = cotangent_rows(form, Context::reduction, outputs, width);
  template <Form form>
  static constexpr std::size_t feature_rows = in + b_rows<form>;

  /// A tile of b is too long to be in cache when the contraction comes to it: [64,256,256,10] gained 1 %.
  template <Form form>
  static constexpr bool is_long = b_rows<form> >= 1024;

  /// Whether the product with Wᵀ passes over closed units.
  static constexpr bool is_gated(Surroundings here) {
    return here.wanted && here.form != Form::identity && expr::gates_pay<T>(outputs) &&
           (here.sparse_behind || here.sparse_before);
  }
  /// Half of the slopes of a sparse gate count as 0.
  static constexpr double pull_cost(Surroundings here) {
    if (here.form == Form::identity || !here.wanted) return 0.0;
    const double open = is_gated(here) ? (here.sparse_behind ? 0.5 : 1) * (here.sparse_before ? 0.5 : 1) : 1;
    return open * static_cast<double>(outputs * in * width);
  }

  template <Form form>
  static constexpr Factor factor_at(std::size_t row, std::size_t offset) {
    constexpr bool each = Context::reduction == Reduction::outputs;
    constexpr double beta = Layer::has_bias ? Layer::bias_factor() : 0.0;
    return {row,  in,    row + in, each ? b_rows<form> / outputs : b_rows<form>, form == Form::identity,
            beta, offset};
  }

  template <Surroundings here>
  static void pull_at(std::size_t offset, const Weights<T>& weights, Cotangent<T>& cotangent,
                      Cursor<T>& cursor, typename Context::Scratch& scratch) {
    const T factor = static_cast<T>(Layer::weight_factor(in));
    if constexpr (here.form == Form::identity) {
      cotangent.weights = weights.theta + offset;
      cotangent.factor = factor;
    } else {
      constexpr bool is_reduced = here.form == Form::weighted && Context::reduction == Reduction::trace;
      constexpr bool is_written = !is_reduced || (here.wanted && !is_gated(here));
      const TileGroup<T> left = cursor.features.from_row(in);
      const TileGroup<T> b = is_reduced ? scratch.operand(cursor.features.count) : left;
      if constexpr (is_reduced) write_trace(cotangent, outputs, width, left);
      if constexpr (is_written)
        write_out<here.form, !here.wanted && is_long<here.form>>(cotangent, outputs, width, b);
      if constexpr (is_gated(here)) {
        multiply_gated<here>(weights.transposed + offset, cotangent, b, cursor, scratch.gated());
      } else if constexpr (here.wanted) {
        expr::multiply<T>(weights.transposed + offset, in, width, outputs, read_only(b), cotangent.full,
                          expr::ScaleBy<T>{simd::Batch<T>(factor)});
      }
    }
  }

  /// The product where units are open, of the cotangent as it is or of its rows b.
  template <Surroundings here>
  static void multiply_gated(const T* transposed, Cotangent<T>& cotangent, TileGroup<T> b,
                             const Cursor<T>& cursor, auto& product) {
    expr::GatedMatrix<T> matrix{transposed, in, width, static_cast<T>(Layer::weight_factor(in)), {}, {}};
    if constexpr (here.sparse_behind) matrix.behind = read_only(cotangent.diagonal);
    if constexpr (here.sparse_before) matrix.before = read_only(cursor.tape.before(in));
    if constexpr (here.form == Form::weighted) {
      product.multiply_weighted(matrix, cotangent.weights, cotangent.factor, read_only(cotangent.diagonal),
                                cotangent.full);
    } else {
      product.multiply(matrix, read_only(b), cotangent.full);
    }
  }
};

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset,
          class Context>
struct Link<Bound<Dense<width, scale, p>, in, offset>, Context>
    : DenseLink<Dense<width, scale, p>, in, Context> {
  using AnyPlace = DenseLink<Dense<width, scale, p>, in, Context>;
  using T = typename Context::Scalar;

  template <Form form, class Table>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row) {
    table[next++] = AnyPlace::template factor_at<form>(row, offset);
    row += AnyPlace::template feature_rows<form>;
  }

  template <Surroundings here>
  static void pack(const T* theta, T* packed) {
    if constexpr (here.wanted && here.form != Form::identity)
      expr::pack(theta + offset, in, width, 1, in, packed + offset);
  }

  template <Surroundings here>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    AnyPlace::template pull_at<here>(offset, weights, cotangent, cursor, scratch);
  }
};

template <class Factor, class... Body, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<Skip<Factor, Body...>, in, offset>, Context> {
  using T = typename Context::Scalar;
  using Inner = Chain<arch::Bind<in, offset, Body...>, Context, Form::full>;
  static constexpr std::size_t rows = Context::outputs * in;
  static constexpr std::size_t tape_rows = Inner::tape_rows();
  static constexpr std::size_t factor_count = Inner::factor_count();
  template <Form form>
  static constexpr std::size_t feature_rows = Inner::feature_rows();
  static constexpr bool is_gated(Surroundings here) { return Inner::is_gated(here.wanted); }
  static constexpr double pull_cost(Surroundings here) {
    return 2.0 * static_cast<double>(rows) + Inner::pull_cost(here.wanted);
  }
  template <Form form, class Table>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row) {
    Inner::list_factors(table, next, row);
  }

  template <Surroundings here>
  static void pack(const T* theta, T* packed) {
    Inner::template pack<here.wanted>(theta, packed);
  }

  template <Surroundings here>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    write_out<here.form>(cotangent, Context::outputs, in, cotangent.full);
    const TileGroup<T> skip = scratch.enter_branch(rows);
    copy_rows(cotangent.full, skip, rows);
    map_rows<T>(read_only(cotangent.full), cotangent.full, rows,
                expr::ScaleBy<T>{simd::Batch<T>(Factor::of(cursor.noise))});
    Cursor<T> inner{
        cursor.features.from_row(Inner::feature_rows()), cursor.tape.from_row(tape_rows),
        cursor.noise + arch::noise_count(arch::Stages<Bound<Skip<Factor, Body...>, in, offset>>{})};
    Inner::template pull<here.wanted>(weights, cotangent, inner, scratch);
    if constexpr (here.wanted) {
      write_out<Inner::forms.front()>(cotangent, Context::outputs, in, cotangent.full);
      combine_rows<T>(read_only(skip), cotangent.full, rows, std::plus<>{});
    }
    scratch.leave_branch(rows);
  }
};

}  // namespace nntk::tangent
