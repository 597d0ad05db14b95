// SPDX-License-Identifier: BSD-3-Clause
//
// Several registers as one number. A chain of dependent operations leaves a processor waiting after each of
// them; on six registers side by side the same chain takes hardly longer.
#pragma once

#include <array>
#include <cstddef>
#include <functional>

#include "nntk/simd.hpp"

namespace nntk::simd {

/// What a comparison of wide numbers says.
template <class T, std::size_t n>
struct WideMask {
  std::array<typename Batch<T>::batch_bool_type, n> registers;
};

/// n registers of T.
template <class T, std::size_t n>
struct Wide {
  static constexpr std::size_t size = n * width<T>;
  std::array<Batch<T>, n> registers;

  Wide() = default;
  [[gnu::always_inline]] explicit Wide(T x) {
    for (Batch<T>& part : registers) part = Batch<T>(x);
  }
  [[nodiscard, gnu::always_inline]] static Wide load_aligned(const T* from) {
    Wide loaded;
    for (std::size_t k = 0; k < n; ++k) loaded.registers[k] = Batch<T>::load_aligned(from + k * width<T>);
    return loaded;
  }
  void store_aligned(T* to) const {
    for (std::size_t k = 0; k < n; ++k) registers[k].store_aligned(to + k * width<T>);
  }
  [[nodiscard]] T get(std::size_t lane) const { return registers[lane / width<T>].get(lane % width<T>); }

  /// of(registers), side by side.
  template <class Result = Wide, class Function, class... X>
  [[nodiscard, gnu::always_inline]] static Result map(const Function& of, const X&... x) {
    Result made;
#pragma GCC unroll 8
    for (std::size_t k = 0; k < n; ++k) made.registers[k] = of(x.registers[k]...);
    return made;
  }

  [[gnu::always_inline]] friend Wide operator+(const Wide& x, const Wide& y) {
    return map(std::plus<>(), x, y);
  }
  [[gnu::always_inline]] friend Wide operator-(const Wide& x, const Wide& y) {
    return map(std::minus<>(), x, y);
  }
  [[gnu::always_inline]] friend Wide operator*(const Wide& x, const Wide& y) {
    return map(std::multiplies<>(), x, y);
  }
  [[gnu::always_inline]] friend Wide operator/(const Wide& x, const Wide& y) {
    return map(std::divides<>(), x, y);
  }
  [[gnu::always_inline]] friend Wide operator-(const Wide& x) { return map(std::negate<>(), x); }

  using Mask = WideMask<T, n>;
  [[gnu::always_inline]] friend Mask operator<=(const Wide& x, const Wide& y) {
    return map<Mask>(std::less_equal<>(), x, y);
  }
  [[gnu::always_inline]] friend Mask operator>=(const Wide& x, const Wide& y) {
    return map<Mask>(std::greater_equal<>(), x, y);
  }
  [[gnu::always_inline]] friend Mask operator>(const Wide& x, const Wide& y) {
    return map<Mask>(std::greater<>(), x, y);
  }
};

template <class T, std::size_t n>
struct ScalarOf<Wide<T, n>> {
  using type = T;
};

template <class T, std::size_t n>
[[gnu::always_inline]] inline WideMask<T, n> operator&&(const WideMask<T, n>& x, const WideMask<T, n>& y) {
  return Wide<T, n>::template map<WideMask<T, n>>([](auto a, auto b) { return a && b; }, x, y);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline bool any(const WideMask<T, n>& mask) {
  bool is_any = false;
  for (const auto& part : mask.registers) is_any |= xsimd::any(part);
  return is_any;
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline bool all(const WideMask<T, n>& mask) {
  bool is_all = true;
  for (const auto& part : mask.registers) is_all &= xsimd::all(part);
  return is_all;
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> select(const WideMask<T, n>& mask, const Wide<T, n>& x,
                                                const Wide<T, n>& y) {
  return Wide<T, n>::map([](auto m, auto a, auto b) { return xsimd::select(m, a, b); }, mask, x, y);
}

template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> fma(const Wide<T, n>& x, const Wide<T, n>& y, const Wide<T, n>& z) {
  return Wide<T, n>::map([](auto a, auto b, auto c) { return simd::fma(a, b, c); }, x, y, z);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> fms(const Wide<T, n>& x, const Wide<T, n>& y, const Wide<T, n>& z) {
  return Wide<T, n>::map([](auto a, auto b, auto c) { return simd::fms(a, b, c); }, x, y, z);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> fnma(const Wide<T, n>& x, const Wide<T, n>& y, const Wide<T, n>& z) {
  return Wide<T, n>::map([](auto a, auto b, auto c) { return simd::fnma(a, b, c); }, x, y, z);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> min(const Wide<T, n>& x, const Wide<T, n>& y) {
  return Wide<T, n>::map([](auto a, auto b) { return xsimd::min(a, b); }, x, y);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> max(const Wide<T, n>& x, const Wide<T, n>& y) {
  return Wide<T, n>::map([](auto a, auto b) { return xsimd::max(a, b); }, x, y);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> abs(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return xsimd::abs(a); }, x);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> sqrt(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return xsimd::sqrt(a); }, x);
}
template <class T, std::size_t n>
[[gnu::always_inline]] inline Wide<T, n> inverse_root_estimate(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return inverse_root_estimate(a); }, x);
}
template <class T, std::size_t n>
Wide<T, n> atan(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return xsimd::atan(a); }, x);
}
template <class T, std::size_t n>
Wide<T, n> exp(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return xsimd::exp(a); }, x);
}
template <class T, std::size_t n>
Wide<T, n> expm1(const Wide<T, n>& x) {
  return Wide<T, n>::map([](auto a) { return xsimd::expm1(a); }, x);
}

}  // namespace nntk::simd
