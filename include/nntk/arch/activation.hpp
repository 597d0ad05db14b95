// SPDX-License-Identifier: BSD-3-Clause
//
// Elementwise layers. Each is one generic function of one number, written once and read by every path: a
// double, a SIMD batch of them, or a dual number, which differentiates it. Nobody writes a derivative.
//
// A built-in activation is a struct with a static `apply`; a user adds one the same way (derive from
// Activation, use nntk::math functions, `select` instead of a branch), or writes Elementwise<callable>, whose
// callable sees one plain number or one dual number at a time and so may branch as it likes.
//
// A function that is smooth but for some kinks, where it or its slope jumps, may name them: for_kinks(from,
// to, visit) visits those between, ascending. Its expectations at infinite width are then exact. If they have
// no end, kink_spacing says how far apart they are.
#pragma once

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "nntk/arch/gate.hpp"
#include "nntk/math.hpp"

namespace nntk {

/// Base of every elementwise layer.
struct Activation : Gate {
  static constexpr bool evaluates_batches = true;  ///< apply accepts a SIMD batch
};

struct Identity : Activation {
  static constexpr std::string_view name = "Identity";
  template <class X>
  static X apply(const X& x) {
    return x;
  }
};

/// max(x, 0); its derivative at 0 is 0.
struct Relu : Activation {
  static constexpr std::string_view name = "Relu";
  static constexpr bool is_sparse(std::size_t /*in*/) { return true; }
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), x, X(0.0));
  }
};

/// x for x > 0, slope · x below.
template <double slope = 0.01>
struct LeakyReluOf : Activation {
  static constexpr std::string_view name = "LeakyRelu";
  static constexpr double negative_slope = slope;
  static constexpr bool is_sparse(std::size_t /*in*/) { return slope == 0; }
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), x, simd::broadcast<X>(slope) * x);
  }
};
using LeakyRelu = LeakyReluOf<>;

struct Abs : Activation {
  static constexpr std::string_view name = "Abs";
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), x, -x);
  }
};

/// positive · relu(x) + negative · relu(−x), of which Relu is <1, 0> and Abs <1, 1>.
template <double positive, double negative>
struct Rectified : Activation {
  static constexpr std::string_view name = "Rectified";
  static constexpr bool is_sparse(std::size_t /*in*/) { return positive == 0 || negative == 0; }
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), simd::broadcast<X>(positive) * x, simd::broadcast<X>(-negative) * x);
  }
};

struct Tanh : Activation {
  static constexpr std::string_view name = "Tanh";
  template <class X>
  static X apply(const X& x) {
    using math::tanh;
    return tanh(x);
  }
};

struct Erf : Activation {
  static constexpr std::string_view name = "Erf";
  template <class X>
  static X apply(const X& x) {
    using math::erf;
    return erf(x);
  }
};

/// x Φ(x), exact (Hendrycks and Gimpel 2016, not the tanh approximation).
struct Gelu : Activation {
  static constexpr std::string_view name = "Gelu";
  template <class X>
  static X apply(const X& x) {
    using math::erf;
    return X(0.5) * x * (X(1.0) + erf(x * simd::broadcast<X>(0.70710678118654752440)));
  }
};

/// 1/(1 + e^{−x}), by the tanh that never overflows.
struct Sigmoid : Activation {
  static constexpr std::string_view name = "Sigmoid";
  template <class X>
  static X apply(const X& x) {
    using math::tanh;
    return X(0.5) + X(0.5) * tanh(X(0.5) * x);
  }
};

/// (1 + erf(x/2.402…))/2: a Sigmoid, off by less than 0.01, whose infinite width has a closed form.
struct SigmoidLike : Activation {
  static constexpr std::string_view name = "SigmoidLike";
  static constexpr double rate = 1 / 2.4020563531719796;
  template <class X>
  static X apply(const X& x) {
    using math::erf;
    return X(0.5) + X(0.5) * erf(x * simd::broadcast<X>(rate));
  }
};

struct Sin : Activation {
  static constexpr std::string_view name = "Sin";
  template <class X>
  static X apply(const X& x) {
    using math::sin;
    return sin(x);
  }
};

struct Cos : Activation {
  static constexpr std::string_view name = "Cos";
  template <class X>
  static X apply(const X& x) {
    using math::cos;
    return cos(x);
  }
};

/// log(1 + e^x), as max(x, 0) + log1p(e^{−|x|}).
struct Softplus : Activation {
  static constexpr std::string_view name = "Softplus";
  template <class X>
  static X apply(const X& x) {
    using math::exp;
    using math::log1p;
    return Relu::apply(x) + log1p(exp(-Abs::apply(x)));
  }
};

/// −1, 0 or 1; its derivative is 0 almost everywhere, and so is the local tangent of what lies before it.
struct Sign : Activation {
  static constexpr std::string_view name = "Sign";
  static constexpr bool is_sparse(std::size_t /*in*/) { return true; }
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), X(1.0), select(x < X(0.0), X(-1.0), X(0.0)));
  }
};

/// 1 for x > 0, else 0.
struct Heaviside : Activation {
  static constexpr std::string_view name = "Heaviside";
  static constexpr bool is_sparse(std::size_t /*in*/) { return true; }
  template <class X>
  static X apply(const X& x) {
    return select(x > X(0.0), X(1.0), X(0.0));
  }
};

/// x clipped to [−1, 1].
struct HardTanh : Activation {
  static constexpr std::string_view name = "HardTanh";
  template <class X>
  static X apply(const X& x) {
    return select(x > X(1.0), X(1.0), select(x < X(-1.0), X(-1.0), x));
  }
  template <class Visit>
  static void for_kinks(double from, double to, const Visit& visit) {
    for (const double kink : {-1.0, 1.0})
      if (from < kink && kink < to) visit(kink);
  }
};

/// The nearest multiple of `step` (halves towards +∞): the rounding of a quantised network.
template <double step = 0.25>
struct QuantizeOf : Activation {
  static constexpr std::string_view name = "Quantize";
  static constexpr bool is_sparse(std::size_t /*in*/) { return true; }
  static constexpr double kink_spacing = step;
  template <class X>
  static X apply(const X& x) {
    using math::floor;
    return simd::broadcast<X>(step) * floor(x * simd::broadcast<X>(1.0 / step) + X(0.5));
  }
  template <class Visit>
  static void for_kinks(double from, double to, const Visit& visit) {
    for (double n = std::floor(from / step - 0.5); (n + 0.5) * step < to; ++n)
      if (from < (n + 0.5) * step) visit((n + 0.5) * step);
  }
};
using Quantize = QuantizeOf<>;

/// A user's activation: any callable of one number, `Elementwise<[](auto x) { return x / (1 + x * x); }>`,
/// and its kinks, ascending.
template <auto callable, double... kinks>
struct Elementwise : Activation {
  static constexpr std::string_view name = "Elementwise";
  static constexpr bool evaluates_batches = false;
  template <class X>
  static X apply(const X& x) {
    return callable(x);
  }
  template <class Visit>
    requires(sizeof...(kinks) > 0)
  static void for_kinks(double from, double to, const Visit& visit) {
    for (const double kink : {kinks...})
      if (from < kink && kink < to) visit(kink);
  }
};

}  // namespace nntk
