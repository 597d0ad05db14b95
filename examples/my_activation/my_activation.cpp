// SPDX-License-Identifier: BSD-3-Clause
//
// Activations of one's own. Swish is a struct and sees whole SIMD registers; the spiral staircase is a lambda
// and sees one number at a time, so it may branch. Neither has a derivative written anywhere; the dual-number
// Jacobian beside each kernel shows that both are differentiated rightly.
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include "nntk/nntk.hpp"

using namespace nntk;

/// x/(1 + e^{−x}).
struct Swish : Activation {
  static constexpr std::string_view name = "Swish";
  template <class X>
  static X apply(const X& x) {
    using math::exp;
    return x / (X(1.0) + exp(-x));
  }
};

using Staircase = Elementwise<[](auto x) {
  using std::sin;
  return (x > 0) ? x + 0.5 * sin(4 * x) : 0.1 * x;
}>;

/// ⟨∂f(x)/∂θ, ∂f(y)/∂θ⟩ from the Jacobians.
template <class Architecture>
double kernel_by_jacobians(const std::vector<double>& theta, const std::vector<double>& x,
                           const std::vector<double>& y) {
  const auto left = tangent::jacobian<Architecture>(theta, x),
             right = tangent::jacobian<Architecture>(theta, y);
  double sum = 0;
  for (std::size_t p = 0; p < theta.size(); ++p) sum += left[p] * right[p];
  return sum;
}

template <class Architecture>
void show(const char* name) {
  const std::vector<double> theta = initial_parameters<Architecture>(1), x{1.0, 0.5}, y{-0.3, 0.8};
  const Ntk<Architecture> kernel(theta.data(), OutputMode::sum);
  std::printf("%-10s NTK(x, y) = %.12f, by Jacobians %.12f\n", name,
              gram(kernel, {x.data(), 1, 2}, {y.data(), 1, 2})[0],
              kernel_by_jacobians<Architecture>(theta, x, y));
}

int main() {
  show<Network<Input<2>, Dense<32>, Swish, Dense<1>>>("Swish");
  show<Network<Input<2>, Dense<32>, Staircase, Dense<1>>>("Staircase");
}
