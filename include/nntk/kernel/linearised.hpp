// SPDX-License-Identifier: BSD-3-Clause
//
// A network linearised about θ_0, on a data set: the first two terms of its Taylor series in θ,
//
//   g(x; θ) = f(x; θ_0) + ⟨∂f(x; θ_0)/∂θ, θ − θ_0⟩                  (Lee et al. 2019, section 2.2)
//
//   θ − θ_0 ──J──▶ (n, outputs) ──(+ f(X; θ_0))──▶ g(X; θ)          J of θ_0, never formed
//   dL/dg   ──Jᵀ─▶ dL/dθ
//
// g is affine in θ, so its tangent kernel is that of θ_0 wherever θ goes: gradient descent on the squared
// loss of g is kernel gradient descent with the NTK at θ_0. How far f and g part tells how lazily f trains.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "nntk/kernel/forward.hpp"
#include "nntk/kernel/jacobian_operator.hpp"

namespace nntk {

template <class Network, class T = double>
class Linearised {
 public:
  /// About θ_0 of parameter_count numbers, on inputs (n, d) of at least one sample; both are copied. Cost: a
  /// forward sweep. Allocates what JacobianOperator does, and P and n·O numbers more.
  Linearised(std::span<const T> origin, const Inputs& inputs, const Realisations& realisations = {},
             int threads = 1)
      : origin_(origin.begin(), origin.end()),
        displacement_(origin.size()),
        initial_(forward<Network, T>(origin, inputs, realisations)),
        jacobian_(origin, inputs, realisations, threads) {}

  /// f(X; θ_0), (n, outputs) row-major.
  [[nodiscard]] std::span<const T> initial() const { return initial_; }

  /// out (n, outputs) ← g(X; θ), row-major. Cost: 3 P multiply-adds a sample. Allocates nothing.
  void evaluate(std::span<const T> theta, std::span<T> out) {
    std::ranges::transform(theta, origin_, displacement_.begin(), std::minus<>{});
    jacobian_.multiply(displacement_, out);
    std::ranges::transform(out, initial_, out.begin(), std::plus<>{});
  }

  /// gradient (P) ← dL/dθ of a loss of g, the same at every θ: from dL/dg (n, outputs), row-major. Cost: 3 P
  /// multiply-adds a sample. Allocates nothing.
  void pull(std::span<const T> cotangent, std::span<T> gradient) {
    jacobian_.multiply_transposed(cotangent, gradient);
  }

 private:
  std::vector<T> origin_, displacement_, initial_;
  JacobianOperator<Network, T> jacobian_;
};

}  // namespace nntk
