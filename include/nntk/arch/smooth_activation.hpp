// SPDX-License-Identifier: BSD-3-Clause
//
// Activations made of exponentials and waves, with the definitions of JAX neural-tangents (Novak et al.
// 2020). Their infinite widths are known in closed form (kernel/wave_expectation.hpp,
// gaussian_expectation.hpp).
#pragma once

#include <string_view>

#include "nntk/arch/activation.hpp"

namespace nntk {

/// √2 sin(√(2γ) x + π/4), as sin(√(2γ) x) + cos(√(2γ) x): at infinite width e^{−γ(p + q − 2k)}, the radial
/// basis function of the distance.
template <double gamma = 1.0>
struct RbfOf : Activation {
  static constexpr std::string_view name = "Rbf";
  template <class X>
  static X apply(const X& x) {
    using math::cos, math::sin;
    const X phase = simd::broadcast<X>(std::sqrt(2 * gamma)) * x;
    return sin(phase) + cos(phase);
  }
};
using Rbf = RbfOf<>;

/// factor · e^{exponent · x²}, the exponent below 0.
template <double factor = 1.0, double exponent = -1.0>
struct GaussianOf : Activation {
  static constexpr std::string_view name = "Gaussian";
  template <class X>
  static X apply(const X& x) {
    using math::exp;
    return simd::broadcast<X>(factor) * exp(simd::broadcast<X>(exponent) * x * x);
  }
};
using Gaussian = GaussianOf<>;

/// factor · e^{rate · x}.
template <double factor = 1.0, double rate = 1.0>
struct ExpOf : Activation {
  static constexpr std::string_view name = "Exp";
  template <class X>
  static X apply(const X& x) {
    using math::exp;
    return simd::broadcast<X>(factor) * exp(simd::broadcast<X>(rate) * x);
  }
};
using Exp = ExpOf<>;

/// e^{−x²} sin x.
struct Gabor : Activation {
  static constexpr std::string_view name = "Gabor";
  template <class X>
  static X apply(const X& x) {
    using math::exp, math::sin;
    return exp(-(x * x)) * sin(x);
  }
};

}  // namespace nntk
