// SPDX-License-Identifier: BSD-3-Clause
//
// Dual<Value, Tangent>: a value and how it moves. Every function of a dual number moves its tangent by the
// chain rule, f(v + ε t) = f(v) + ε f'(v) t, so a program written for numbers computes its own derivative.
//
//   Value     a number or a SIMD batch of them
//   Tangent   anything linear: it can be added, negated and multiplied by a Value.
//             Directions<Value, K> carries K directions at a time, plain forward mode.
//
// Where a function has a kink, the derivative is that of the branch that the value takes.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "nntk/math.hpp"

namespace nntk {

/// K tangent directions, side by side.
template <class Value, std::size_t K>
struct Directions {
  std::array<Value, K> along{};

  /// The k-th unit direction.
  static Directions unit(std::size_t k) {
    Directions direction;
    for (Value& value : direction.along) value = Value(0);
    direction.along[k] = Value(1);
    return direction;
  }
  friend Directions operator+(const Directions& a, const Directions& b) {
    Directions sum;
    for (std::size_t k = 0; k < K; ++k) sum.along[k] = a.along[k] + b.along[k];
    return sum;
  }
  friend Directions operator*(const Value& factor, const Directions& a) {
    Directions product;
    for (std::size_t k = 0; k < K; ++k) product.along[k] = factor * a.along[k];
    return product;
  }
};

template <class Value, class Tangent>
struct Dual {
  Value value;
  Tangent tangent;

  /// A constant: it does not move.
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Dual(Number constant) : value(simd::broadcast<Value>(constant)), tangent(Value(0) * Tangent{}) {}
  Dual(const Value& v, const Tangent& t) : value(v), tangent(t) {}

  /// f(*this), given f and f' at the value.
  [[nodiscard]] Dual through(const Value& f, const Value& slope) const { return {f, slope * tangent}; }

  friend Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend Dual operator-(const Dual& a) { return {-a.value, Value(-1) * a.tangent}; }
  friend Dual operator-(const Dual& a, const Dual& b) { return a + (-b); }
  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, b.value * a.tangent + a.value * b.tangent};
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const Value quotient = a.value / b.value;
    return {quotient, (Value(1) / b.value) * (a.tangent + (-quotient) * b.tangent)};
  }
  Dual& operator+=(const Dual& b) { return *this = *this + b; }
  Dual& operator-=(const Dual& b) { return *this = *this - b; }
  Dual& operator*=(const Dual& b) { return *this = *this * b; }
  Dual& operator/=(const Dual& b) { return *this = *this / b; }

  friend double value_of(const Dual& a) { return value_of(a.value); }

  // Comparisons look at values alone, so that a program takes the branch that the number itself would take.
  friend auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }
  friend auto operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
};

/// condition ? yes : no, in each lane, tangents included.
template <class Condition, class V, std::size_t K>
Dual<V, Directions<V, K>> select(const Condition& condition, const Dual<V, Directions<V, K>>& yes,
                                 const Dual<V, Directions<V, K>>& no) {
  Dual<V, Directions<V, K>> chosen = no;
  chosen.value = select(condition, yes.value, no.value);
  for (std::size_t k = 0; k < K; ++k) {
    chosen.tangent.along[k] = select(condition, yes.tangent.along[k], no.tangent.along[k]);
  }
  return chosen;
}

template <class V, class T>
Dual<V, T> exp(const Dual<V, T>& x) {
  using math::exp;
  const V value = exp(x.value);
  return x.through(value, value);
}
template <class V, class T>
Dual<V, T> log(const Dual<V, T>& x) {
  using math::log;
  return x.through(log(x.value), V(1) / x.value);
}
template <class V, class T>
Dual<V, T> log1p(const Dual<V, T>& x) {
  using math::log1p;
  return x.through(log1p(x.value), V(1) / (V(1) + x.value));
}
template <class V, class T>
Dual<V, T> sqrt(const Dual<V, T>& x) {
  using math::sqrt;
  const V root = sqrt(x.value);
  return x.through(root, V(1) / (root + root));
}
template <class V, class T>
Dual<V, T> sin(const Dual<V, T>& x) {
  using math::cos, math::sin;
  return x.through(sin(x.value), cos(x.value));
}
template <class V, class T>
Dual<V, T> cos(const Dual<V, T>& x) {
  using math::cos, math::sin;
  return x.through(cos(x.value), -sin(x.value));
}
template <class V, class T>
Dual<V, T> tanh(const Dual<V, T>& x) {
  using math::tanh;
  const V value = tanh(x.value);
  return x.through(value, V(1) - value * value);
}
template <class V, class T>
Dual<V, T> atan(const Dual<V, T>& x) {
  using math::atan;
  return x.through(atan(x.value), V(1) / (V(1) + x.value * x.value));
}
/// d/dx erf x = 2/√π e^{−x²}.
template <class V, class T>
Dual<V, T> erf(const Dual<V, T>& x) {
  using math::erf, math::exp;
  return x.through(erf(x.value), simd::broadcast<V>(1.12837916709551257390) * exp(-(x.value * x.value)));
}
template <class V, class T>
Dual<V, T> abs(const Dual<V, T>& x) {
  return select(x.value < V(0), -x, x);
}
template <class V, class T>
Dual<V, T> floor(const Dual<V, T>& x) {
  using math::floor;
  return x.through(floor(x.value), V(0));
}
template <class V, class T>
Dual<V, T> max(const Dual<V, T>& a, const Dual<V, T>& b) {
  return select(a.value < b.value, b, a);
}
template <class V, class T>
Dual<V, T> min(const Dual<V, T>& a, const Dual<V, T>& b) {
  return select(b.value < a.value, b, a);
}
/// x^exponent for a constant exponent.
template <class V, class T>
Dual<V, T> pow(const Dual<V, T>& x, double exponent) {
  using math::pow;
  return x.through(pow(x.value, simd::broadcast<V>(exponent)),
                   simd::broadcast<V>(exponent) * pow(x.value, simd::broadcast<V>(exponent - 1)));
}

}  // namespace nntk
