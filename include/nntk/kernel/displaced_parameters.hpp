// SPDX-License-Identifier: BSD-3-Clause
//
// θ + δ_k as a forward sweep takes it: formed and packed, or, where each block of δ is an outer product, as θ
// packed and the factors of δ. A layer then follows W a by s u ⟨v, a⟩.
#pragma once

#include <cstddef>
#include <span>

#include "nntk/expr/values.hpp"
#include "nntk/tangent/interaction.hpp"

namespace nntk {

template <class T>
struct DisplacedParameters {
  tangent::Displacement drawn;
  const T* packed;
  expr::OuterDisplacement<T> displacement;  ///< of `packed`; none where that is θ + δ
};

/// One thread's place for them. Allocates θ twice, and the factors.
template <class Network, class T>
class Displacer {
 public:
  explicit Displacer(const tangent::Interaction<T>& interaction)
      : formed_(Network::parameter_count),
        packed_(Network::parameter_count),
        factors_(expr::follows_outer(typename Network::Stages{}) ? interaction.factor_count() : 0) {}

  /// Of sample k, valid until the next; `packed` is θ packed. Cost: p draws and a pass over p, or the draws
  /// of the factors.
  DisplacedParameters<T> displace(const tangent::Interaction<T>& interaction, std::size_t k,
                                  std::span<const T> theta, const T* packed) {
    if (const std::span<T> factors = factors_; !factors.empty()) {
      const auto drawn = interaction.draw_factors(k, theta.size(), factors);
      const T stretch = static_cast<T>(drawn.stretch);
      return {drawn, packed, {factors.data(), stretch, interaction.moving(theta.size())}};
    }
    const auto drawn = interaction.displace(k, theta, formed_);
    expr::pack_parameters(typename Network::Stages{}, formed_.data(), packed_.data());
    return {drawn, packed_.data(), {}};
  }
  [[nodiscard]] std::size_t bytes() const { return (2 * formed_.size() + factors_.size()) * sizeof(T); }

 private:
  AlignedBuffer<T> formed_, packed_, factors_;
};

}  // namespace nntk
