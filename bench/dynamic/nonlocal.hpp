// SPDX-License-Identifier: BSD-3-Clause
//
// The nonlocal tangent kernel of a dynamic network by the energy estimator,
//
//   Θ_ρ(x,x') = (p/M) Σ_k Δ_k(x) Δ_k(x')/‖δ_k‖²,   Δ_k(x) = f(x; θ+δ_k) − f(x; θ),   p parameters, M samples
//
// for displacements δ_k that the caller draws: the twin has no random numbers of its own, so that it can be
// given the very ones of another implementation. It is the Gram matrix of the rows √(p/M) Δ_k/‖δ_k‖, added
// some at a time.
#pragma once

#include <functional>
#include <span>
#include <type_traits>
#include <vector>

#include "dynamic/network.hpp"

namespace nntk::dynamic {

template <class Real>
struct Displacements {
  std::size_t samples = 0;
  /// Writes δ_k (parameter_count numbers) and returns ‖δ_k‖².
  std::function<Real(std::size_t k, std::span<Real> displacement)> draw;
};

/// Read-only numbers; whatever makes a span of them may be given.
template <class Real>
using Span = std::type_identity_t<std::span<const Real>>;

/// The matrix of x and x2; without x2 the symmetric matrix of x.
template <class Real>
std::vector<Real> nonlocal_gram(const DynamicNetwork<Real>& network, Span<Real> theta, Span<Real> x,
                                Span<Real> x2, OutputMode mode, const Displacements<Real>& displacements);

}  // namespace nntk::dynamic
