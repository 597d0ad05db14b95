// SPDX-License-Identifier: BSD-3-Clause
//
// Activations that are polynomials, with the definitions of JAX neural-tangents (Novak et al. 2020). Degrees
// go from 1 to 64.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "nntk/arch/activation.hpp"

namespace nntk {

/// xⁿ.
template <std::size_t degree>
struct Monomial : Activation {
  static constexpr std::string_view name = "Monomial";
  template <class X>
  static X apply(const X& x) {
    return math::power<degree>(x);
  }
};

/// max(x, 0)ⁿ.
template <std::size_t degree>
struct RectifiedMonomial : Activation {
  static constexpr std::string_view name = "RectifiedMonomial";
  static constexpr bool is_sparse(std::size_t /*in*/) { return true; }
  template <class X>
  static X apply(const X& x) {
    return math::power<degree>(Relu::apply(x));
  }
};

/// c_0 + c_1 x + c_2 x² + ...
template <double... coefficients>
struct Polynomial : Activation {
  static constexpr std::string_view name = "Polynomial";
  template <class X>
  static X apply(const X& x) {
    constexpr std::array c{coefficients...};
    X sum = simd::broadcast<X>(c.back());
    for (std::size_t m = c.size() - 1; m > 0; --m) sum = sum * x + simd::broadcast<X>(c[m - 1]);
    return sum;
  }
};

/// He_n(x)/√n!, the probabilists' Hermite polynomial, of which E[φ(z)²] = 1 for z ~ N(0, 1).
template <std::size_t degree>
struct Hermite : Activation {
  static constexpr std::string_view name = "Hermite";
  template <class X>
  static X apply(const X& x) {
    constexpr double square = math::factorial(degree);
    X before(1.0), now = x;
    for (std::size_t n = 1; n < degree; ++n) {
      const X next = x * now - simd::broadcast<X>(static_cast<double>(n)) * before;
      before = now, now = next;
    }
    return simd::broadcast<X>(1 / std::sqrt(square)) * now;
  }
};

}  // namespace nntk
