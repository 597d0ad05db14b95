// SPDX-License-Identifier: BSD-3-Clause
//
// A network evaluated in complex numbers, written out by hand, and its Jacobian by the complex step
//
//   ∂f/∂θ_p = Im f(θ + i h e_p)/h,   h = 1e-30: no difference, so no cancellation    (Squire and Trapp 1998)
//
// It shares nothing with the library: no type, no layout but the documented one.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

#include "support/data.hpp"
#include "support/jacobians.hpp"

namespace nntk::test {

using Complex = std::complex<double>;
using ComplexVector = std::vector<Complex>;

/// Takes θ up layer after layer: W row-major (fan_out × fan_in), then b.
class ComplexSweep {
 public:
  explicit ComplexSweep(const ComplexVector& theta) : theta_(theta) {}

  /// (σ_w/√n) W a + σ_b b
  ComplexVector dense(const ComplexVector& a, std::size_t width, double weight = 1.0, double bias = 0.1) {
    return affine(a, width, weight / std::sqrt(static_cast<double>(a.size())), bias);
  }
  /// W a + b
  ComplexVector standard_dense(const ComplexVector& a, std::size_t width) {
    return affine(a, width, 1.0, 1.0);
  }

 private:
  ComplexVector affine(const ComplexVector& a, std::size_t width, double weight, double bias) {
    ComplexVector z(width, 0.0);
    for (Complex& sum : z) {
      for (const Complex& number : a) sum += weight * theta_[next_++] * number;
    }
    if (bias == 0) return z;
    for (Complex& sum : z) sum += bias * theta_[next_++];
    return z;
  }

  const ComplexVector& theta_;
  std::size_t next_ = 0;
};

template <class Function>
ComplexVector map(ComplexVector z, Function f) {
  for (Complex& number : z) number = f(number);
  return z;
}

inline ComplexVector add(ComplexVector x, double factor, const ComplexVector& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += factor * y[i];
  return x;
}

/// To first order in the imaginary part, which is all that a step of 1e-30 has.
inline Complex complex_erf(const Complex& z) {
  const double x = z.real();
  return {std::erf(x), z.imag() * 2 / std::sqrt(std::numbers::pi) * std::exp(-x * x)};
}
inline Complex complex_tanh(const Complex& z) { return std::tanh(z); }
inline Complex complex_sin(const Complex& z) { return std::sin(z); }
inline Complex complex_cos(const Complex& z) { return std::cos(z); }
inline Complex complex_sigmoid(const Complex& z) { return 1.0 / (1.0 + std::exp(-z)); }
inline Complex complex_softplus(const Complex& z) { return std::log(1.0 + std::exp(z)); }
inline Complex complex_gelu(const Complex& z) {
  return 0.5 * z * (1.0 + complex_erf(z / std::numbers::sqrt2));
}

/// network(θ, x) -> outputs.
template <class Function>
Jacobians complex_jacobians(Function network, std::size_t outputs, const std::vector<double>& theta,
                            const Data& x) {
  constexpr double step = 1e-30;
  Jacobians result{outputs, theta.size(), std::vector<double>(x.count() * outputs * theta.size())};
  ComplexVector moving(theta.begin(), theta.end());
  for (std::size_t i = 0; i < x.count(); ++i) {
    const ComplexVector input(x.sample(i).begin(), x.sample(i).end());
    for (std::size_t p = 0; p < theta.size(); ++p) {
      moving[p] = {theta[p], step};
      const ComplexVector f = network(moving, input);
      for (std::size_t o = 0; o < outputs; ++o) {
        result.values[(i * outputs + o) * theta.size() + p] = f[o].imag() / step;
      }
      moving[p] = theta[p];
    }
  }
  return result;
}

}  // namespace nntk::test
