// SPDX-License-Identifier: BSD-3-Clause
//
// The links of a local chain: how each kind of layer pulls a cotangent back, and what it leaves of it.
//
//   Dense        leaves (a, b); before it stands s Wᵀ b
//   gate         before it stands d ∘ b, d from the tape: φ'(z), a mask
//   Noise        before it stands b
//   GroupSum     before it stands b_j in every unit of group j
//   Frequencies  before it stands (2πσ/√d) Bᵀ b
//   SinCos       before it stands cos z ∘ b_sin − sin z ∘ b_cos, both from the tape
//   LayerNorm    before it stands (b − b̄ − y mean(b y))/√(v + ε), y and the root from the tape
//   Skip         before it stands b + (pull of α b through the body)
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>

#include "nntk/tangent/chain.hpp"

namespace nntk::tangent {

/// Writes a cotangent of any form out in full: rows [output][width] of `to`, which may be cotangent.full
/// itself. `streamed`: past the caches.
template <Form form, bool streamed = false, class T>
void write_out(const Cotangent<T>& cotangent, std::size_t outputs, std::size_t width, TileGroup<T> to) {
  using Batch = simd::Batch<T>;
  if constexpr (form == Form::full) {
    if (to.data != cotangent.full.data) {
      copy_rows(cotangent.full, to, outputs * width);
    }
  } else {
    for (std::size_t t = 0; t < to.count; ++t) {
      for (std::size_t row = 0; row < outputs * width; ++row) {
        for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>) {
          const std::size_t at = row * simd::lanes<T> + v;
          Batch b(T(0));
          if constexpr (form == Form::identity) {
            b = Batch(T(row / width == row % width ? 1 : 0));
          } else if constexpr (form == Form::gated) {
            b = Batch::load_aligned(cotangent.full.tile(t) + at);
          } else {
            b = Batch(cotangent.factor * cotangent.weights[row]);
          }
          if constexpr (form == Form::weighted || form == Form::gated) {
            b = b * Batch::load_aligned(cotangent.diagonal.tile(t) + (row % width) * simd::lanes<T> + v);
          }
          if constexpr (streamed) {
            simd::stream(to.tile(t) + at, b);
          } else {
            b.store_aligned(to.tile(t) + at);
          }
        }
      }
    }
  }
}

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

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset,
          class Context>
struct Link<Bound<Dense<width, scale, p>, in, offset>, Context> {
  using Layer = Dense<width, scale, p>;
  using T = typename Context::Scalar;
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

  static constexpr double pull_cost(Form form, bool wanted) {
    return form == Form::identity || !wanted ? 0.0 : static_cast<double>(outputs * in * width);
  }

  template <Form form, class Table>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row) {
    constexpr bool each = Context::reduction == Reduction::outputs;
    constexpr double beta = Layer::has_bias ? Layer::bias_factor() : 0.0;
    table[next++] =
        Factor{row,  in,    row + in, each ? b_rows<form> / outputs : b_rows<form>, form == Form::identity,
               beta, offset};
    row += feature_rows<form>;
  }

  static void pack(const T* theta, T* packed) {
    expr::pack(theta + offset, in, width, 1, in, packed + offset);
  }

  template <Form form, bool wanted>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    const T factor = static_cast<T>(Layer::weight_factor(in));
    if constexpr (form == Form::identity) {
      cotangent.weights = weights.theta + offset;
      cotangent.factor = factor;
    } else {
      constexpr bool is_reduced = form == Form::weighted && Context::reduction == Reduction::trace;
      const TileGroup<T> left = cursor.features.from_row(in);
      const TileGroup<T> b = is_reduced ? scratch.operand(cursor.features.count) : left;
      if constexpr (is_reduced) write_trace(cotangent, outputs, width, left);
      if constexpr (wanted || !is_reduced)
        write_out<form, !wanted && is_long<form>>(cotangent, outputs, width, b);
      if constexpr (wanted) {
        expr::multiply<T>(weights.transposed + offset, in, width, outputs, read_only(b), cotangent.full,
                          expr::ScaleBy<T>{simd::Batch<T>(factor)});
      }
    }
  }
};

/// A layer without parameters: no factor.
template <std::size_t rows_on_tape>
struct FixedLink {
  static constexpr std::size_t tape_rows = rows_on_tape;
  static constexpr std::size_t factor_count = 0;
  template <Form form>
  static constexpr std::size_t feature_rows = 0;
  template <Form form, class Table>
  static constexpr void list_factors(Table& /*table*/, std::size_t& /*next*/, std::size_t& /*row*/) {}
  template <class T>
  static void pack(const T* /*theta*/, T* /*packed*/) {}
};

template <double deviation, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<Noise<deviation>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Form /*form*/, bool /*wanted*/) { return 0.0; }
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& /*cotangent*/, Cursor<T>& /*cursor*/,
                   typename Context::Scratch& /*scratch*/) {}
};

template <std::size_t group, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<GroupSum<group>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Form /*form*/, bool wanted) {
    return wanted ? static_cast<double>(Context::outputs * in) : 0.0;
  }
  /// From the last row on, so that none is overwritten before it is read.
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& /*cursor*/,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (wanted) {
      write_out<form>(cotangent, Context::outputs, in / group, cotangent.full);
      for (std::size_t row = Context::outputs * in; row-- > 0;)
        copy_rows(cotangent.full.from_row(row / group), cotangent.full.from_row(row), 1);
    }
  }
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<Frequencies<count, scale>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Form /*form*/, bool wanted) {
    return wanted ? static_cast<double>(Context::outputs * in * count) : 0.0;
  }
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    if constexpr (wanted) {
      constexpr std::size_t rows = Context::outputs * count;
      const TileGroup<T> behind = scratch.enter_branch(rows);
      write_out<form>(cotangent, Context::outputs, count, behind);
      expr::multiply_strided<T>({cursor.noise, 1, in}, in, count, Context::outputs,
                                static_cast<T>(Frequencies<count, scale>::weight_factor(in)),
                                read_only(behind), cotangent.full);
      scratch.leave_branch(rows);
    }
  }
};

template <std::size_t in, std::size_t offset, class Context>
struct Link<Bound<SinCos, in, offset>, Context> : FixedLink<2 * in> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Form /*form*/, bool wanted) {
    return wanted ? static_cast<double>(2 * Context::outputs * in) : 0.0;
  }
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (wanted) {
      write_out<form>(cotangent, Context::outputs, 2 * in, cotangent.full);
      for (std::size_t output = 0; output < Context::outputs; ++output) {
        const TileGroup<T> of_sine = cotangent.full.from_row(output * 2 * in);
        const TileGroup<T> of_cosine = of_sine.from_row(in);
        combine_rows<T>(read_only(cursor.tape.from_row(in)), of_sine, in, std::multiplies<>{});
        combine_rows<T>(read_only(cursor.tape), of_cosine, in, std::multiplies<>{});
        combine_rows<T>(read_only(of_cosine), of_sine, in, std::minus<>{});
        if (output > 0) copy_rows(of_sine, cotangent.full.from_row(output * in), in);
      }
    }
  }
};

template <double epsilon, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<LayerNormOf<epsilon>, in, offset>, Context> : FixedLink<in + 1> {
  using T = typename Context::Scalar;
  using Batch = simd::Batch<T>;
  static constexpr double pull_cost(Form /*form*/, bool wanted) {
    return wanted ? static_cast<double>(4 * Context::outputs * in) : 0.0;
  }
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (wanted) {
      write_out<form>(cotangent, Context::outputs, in, cotangent.full);
      for (std::size_t t = 0; t < cursor.tape.count; ++t) {
        for (std::size_t i = 0; i < Context::outputs * simd::registers_per_row; ++i) {
          const std::size_t output = i / simd::registers_per_row,
                            v = i % simd::registers_per_row * simd::width<T>;
          pull_units(cursor.tape.tile(t) + v, cotangent.full.tile(t) + output * in * simd::lanes<T> + v);
        }
      }
    }
  }

 private:
  static void pull_units(const T* y, T* b) {
    const Batch share(T(1) / static_cast<T>(in)), inverse = Batch::load_aligned(y + in * simd::lanes<T>);
    const Batch mean = share * expr::sum_rows(b, b, in, [](Batch x, Batch) { return x; });
    const Batch along = share * expr::sum_rows(b, y, in, std::multiplies<>{});
    for (std::size_t at = 0; at < in * simd::lanes<T>; at += simd::lanes<T>) {
      const Batch apart = Batch::load_aligned(b + at) - mean - along * Batch::load_aligned(y + at);
      (inverse * apart).store_aligned(b + at);
    }
  }
};

template <std::derived_from<Gate> G, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<G, in, offset>, Context> : FixedLink<in> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Form form, bool wanted) {
    const bool is_full = form == Form::full || form == Form::gated || form == Form::identity;
    return wanted ? static_cast<double>(is_full ? Context::outputs * in : in) : 0.0;
  }
  template <Form form, bool wanted>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (wanted) {
      if constexpr (form == Form::weighted || form == Form::gated) {
        combine_rows<T>(read_only(cotangent.diagonal), cursor.tape, in, std::multiplies<>{});
      }
      if constexpr (form == Form::identity) {
        write_out<form>(cotangent, Context::outputs, in, cotangent.full);
      }
      cotangent.diagonal = cursor.tape;
    }
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
  static constexpr double pull_cost(Form /*form*/, bool wanted) {
    return 2.0 * static_cast<double>(rows) + Inner::pull_cost(wanted);
  }
  template <Form form, class Table>
  static constexpr void list_factors(Table& table, std::size_t& next, std::size_t& row) {
    Inner::list_factors(table, next, row);
  }

  static void pack(const T* theta, T* packed) { Inner::pack(theta, packed); }

  template <Form form, bool wanted>
  static void pull(const Weights<T>& weights, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    write_out<form>(cotangent, Context::outputs, in, cotangent.full);
    const TileGroup<T> skip = scratch.enter_branch(rows);
    copy_rows(cotangent.full, skip, rows);
    map_rows<T>(read_only(cotangent.full), cotangent.full, rows,
                expr::ScaleBy<T>{simd::Batch<T>(Factor::of(cursor.noise))});
    Cursor<T> inner{
        cursor.features.from_row(Inner::feature_rows()), cursor.tape.from_row(tape_rows),
        cursor.noise + arch::noise_count(arch::Stages<Bound<Skip<Factor, Body...>, in, offset>>{})};
    Inner::template pull<wanted>(weights, cotangent, inner, scratch);
    if constexpr (wanted) {
      write_out<Inner::forms.front()>(cotangent, Context::outputs, in, cotangent.full);
      combine_rows<T>(read_only(skip), cotangent.full, rows, std::plus<>{});
    }
    scratch.leave_branch(rows);
  }
};

}  // namespace nntk::tangent
