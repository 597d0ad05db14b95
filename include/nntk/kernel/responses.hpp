// SPDX-License-Identifier: BSD-3-Clause
//
// Responses of a network to displaced parameters, Δ_k(x) = f(x; θ + δ_k) − f(x; θ), as rows of the features
// of a tile, whose first rows are
//
//   | inputs | f(x; θ), of each function of RealisedForward |
//
// The responses to a sample are found for all inputs at once, so that θ + δ is formed once a sample; it lives
// in the workspace. Of directions of rank one it is not formed (displaced_parameters.hpp). Samples take turns
// with the functions.
#pragma once

#include <cstddef>
#include <span>

#include "nntk/kernel/displaced_parameters.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/realised_forward.hpp"
#include "nntk/tangent/interaction.hpp"

namespace nntk {

template <class Network, class T>
class Responses {
  static constexpr std::size_t outputs = Network::outputs;

 public:
  static constexpr std::size_t tiles_per_group = 4;

  class Workspace {
   public:
    explicit Workspace(const Responses& responses)
        : forward_(tiles_per_group), displacer_(responses.interaction_) {}
    [[nodiscard]] std::size_t bytes() const { return forward_.bytes() + displacer_.bytes(); }

   private:
    friend class Responses;
    typename RealisedForward<Network, T>::Workspace forward_;
    Displacer<Network, T> displacer_;
  };

  /// θ and the interaction are read, not copied. Allocates θ packed.
  Responses(std::span<const T> theta, const tangent::Interaction<T>& interaction,
            const Realisations& realisations)
      : theta_(theta), interaction_(interaction), forward_(realisations), packed_(theta.size()) {
    expr::pack_parameters(typename Network::Stages{}, theta.data(), packed_.data());
  }

  [[nodiscard]] std::size_t functions() const { return forward_.functions(); }
  /// The function whose turn it is at sample k.
  [[nodiscard]] std::size_t turn(std::size_t k) const { return k / interaction_.together() % functions(); }
  /// Rows of inputs and f(x; θ).
  [[nodiscard]] std::size_t base_rows() const { return Network::inputs + functions() * outputs; }

  void prepare_base(Workspace& workspace, std::size_t group, const Inputs& inputs,
                    Features<T>& features) const {
    const TileGroup<T> to = features.group(group);
    load_inputs(inputs, features.first_tile(group), to);
    for (std::size_t function = 0; function < functions(); ++function) {
      const auto f = forward_.at_origin(workspace.forward_, packed_.data(), to, function);
      copy_rows(f, to.from_row(base_row(function, 0)), outputs);
    }
  }

  /// scale(‖δ_k‖) · Δ_k of output o → row_of(o) of all inputs; returns the scale. Cost: a draw and a forward
  /// sweep of each input.
  template <class Scale, class RowOf>
  double prepare(Workspace& workspace, std::size_t k, const Scale& scale, const RowOf& row_of,
                 Features<T>& features) const {
    const auto [drawn, packed, displacement] =
        workspace.displacer_.displace(interaction_, k, theta_, packed_.data());
    const double number = scale(drawn.norm);
    const simd::Batch<T> factor(static_cast<T>(number));
    for (std::size_t g = 0; g < features.groups(); ++g) {
      const TileGroup<T> to = features.group(g);
      const auto moved = forward_.at_displacement(workspace.forward_, packed, displacement, to, turn(k), k);
      for (std::size_t o = 0; o < outputs; ++o) {
        copy_rows(to.from_row(base_row(turn(k), o)), to.from_row(row_of(o)), 1);
        combine_rows<T>(read_only(moved.from_row(o)), to.from_row(row_of(o)), 1,
                        [&](auto base, auto f) { return factor * (f - base); });
      }
    }
    return number;
  }

 private:
  static constexpr std::size_t base_row(std::size_t function, std::size_t output) {
    return Network::inputs + function * outputs + output;
  }

  std::span<const T> theta_;
  const tangent::Interaction<T>& interaction_;
  RealisedForward<Network, T> forward_;
  AlignedBuffer<T> packed_;
};

}  // namespace nntk
