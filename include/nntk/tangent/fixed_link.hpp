// SPDX-License-Identifier: BSD-3-Clause
//
// The links of layers without parameters: how they pull a cotangent back. They leave no factor.
//
//   gate         before it stands d ∘ b, d from the tape: φ'(z), a mask
//   Noise        before it stands b
//   GroupSum     before it stands b_j in every unit of group j
//   Frequencies  before it stands (2πσ/√d) Bᵀ b
//   SinCos       before it stands cos z ∘ b_sin − sin z ∘ b_cos, both from the tape
//   LayerNorm    before it stands (b − b̄ − y mean(b y))/√(v + ε), y and the root from the tape
#pragma once

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

/// A layer without parameters: no factor.
template <std::size_t rows_on_tape>
struct FixedLink {
  static constexpr std::size_t tape_rows = rows_on_tape;
  static constexpr std::size_t factor_count = 0;
  static constexpr bool is_gated(Surroundings /*here*/) { return false; }
  template <Form form>
  static constexpr std::size_t feature_rows = 0;
  template <Form form, class Table>
  static constexpr void list_factors(Table& /*table*/, std::size_t& /*next*/, std::size_t& /*row*/) {}
  template <Surroundings here, class T>
  static void pack(const T* /*theta*/, T* /*packed*/) {}
};

template <double deviation, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<Noise<deviation>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Surroundings /*here*/) { return 0.0; }
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& /*cotangent*/, Cursor<T>& /*cursor*/,
                   typename Context::Scratch& /*scratch*/) {}
};

template <std::size_t group, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<GroupSum<group>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Surroundings here) {
    return here.wanted ? static_cast<double>(Context::outputs * in) : 0.0;
  }
  /// From the last row on, so that none is overwritten before it is read.
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& /*cursor*/,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (here.wanted) {
      write_out<here.form>(cotangent, Context::outputs, in / group, cotangent.full);
      for (std::size_t row = Context::outputs * in; row-- > 0;)
        copy_rows(cotangent.full.from_row(row / group), cotangent.full.from_row(row), 1);
    }
  }
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<Frequencies<count, scale>, in, offset>, Context> : FixedLink<0> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Surroundings here) {
    return here.wanted ? static_cast<double>(Context::outputs * in * count) : 0.0;
  }
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& scratch) {
    if constexpr (here.wanted) {
      constexpr std::size_t rows = Context::outputs * count;
      const TileGroup<T> behind = scratch.enter_branch(rows);
      write_out<here.form>(cotangent, Context::outputs, count, behind);
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
  static constexpr double pull_cost(Surroundings here) {
    return here.wanted ? static_cast<double>(2 * Context::outputs * in) : 0.0;
  }
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (here.wanted) {
      write_out<here.form>(cotangent, Context::outputs, 2 * in, cotangent.full);
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

/// b ← (b − b̄ − y mean(b y))/√(v + ε) of one register of a tile's units: the Jacobian of LayerNorm, which is
/// symmetric. Rows of y: the units that it left, then 1/√(v + ε).
template <std::size_t count, class T>
void standardise_tangent(const T* y, T* b) {
  using Batch = simd::Batch<T>;
  const Batch share(T(1) / static_cast<T>(count)), inverse = Batch::load_aligned(y + count * simd::lanes<T>);
  const auto product = [&](std::size_t at) {
    return Batch::load_aligned(b + at) * Batch::load_aligned(y + at);
  };
  const Batch mean =
      share * expr::sum_rows<T>(count, [&](std::size_t at) { return Batch::load_aligned(b + at); });
  const Batch along = share * expr::sum_rows<T>(count, product);
  for (std::size_t at = 0; at < count * simd::lanes<T>; at += simd::lanes<T>) {
    const Batch apart = Batch::load_aligned(b + at) - mean - along * Batch::load_aligned(y + at);
    (inverse * apart).store_aligned(b + at);
  }
}

template <double epsilon, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<LayerNormOf<epsilon>, in, offset>, Context> : FixedLink<in + 1> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Surroundings here) {
    return here.wanted ? static_cast<double>(4 * Context::outputs * in) : 0.0;
  }
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (here.wanted) {
      write_out<here.form>(cotangent, Context::outputs, in, cotangent.full);
      for (std::size_t t = 0; t < cursor.tape.count; ++t) {
        for (std::size_t i = 0; i < Context::outputs * simd::registers_per_row; ++i) {
          const std::size_t output = i / simd::registers_per_row,
                            v = i % simd::registers_per_row * simd::width<T>;
          standardise_tangent<in>(cursor.tape.tile(t) + v,
                                  cotangent.full.tile(t) + output * in * simd::lanes<T> + v);
        }
      }
    }
  }
};

template <std::derived_from<Gate> G, std::size_t in, std::size_t offset, class Context>
struct Link<Bound<G, in, offset>, Context> : FixedLink<in> {
  using T = typename Context::Scalar;
  static constexpr double pull_cost(Surroundings here) {
    const bool is_full = here.form == Form::full || here.form == Form::gated || here.form == Form::identity;
    return here.wanted ? static_cast<double>(is_full ? Context::outputs * in : in) : 0.0;
  }
  template <Surroundings here>
  static void pull(const Weights<T>& /*weights*/, Cotangent<T>& cotangent, Cursor<T>& cursor,
                   typename Context::Scratch& /*scratch*/) {
    if constexpr (here.wanted) {
      if constexpr (here.form == Form::weighted || here.form == Form::gated) {
        combine_rows<T>(read_only(cotangent.diagonal), cursor.tape, in, std::multiplies<>{});
      }
      if constexpr (here.form == Form::identity) {
        write_out<here.form>(cotangent, Context::outputs, in, cotangent.full);
      }
      cotangent.diagonal = cursor.tape;
    }
  }
};

}  // namespace nntk::tangent
