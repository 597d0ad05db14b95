// SPDX-License-Identifier: BSD-3-Clause
//
// The outputs of a network as the functions that a kernel is of: one for each realisation where kernels are
// averaged, their mean alone where the network is (realisations.hpp).
#pragma once

#include <cstddef>
#include <functional>

#include "nntk/expr/noise.hpp"
#include "nntk/expr/values.hpp"
#include "nntk/kernel/realisations.hpp"

namespace nntk {

/// (1/R) Σ_r rows_of(r), `rows` rows of each tile: in `mean`, or where rows_of left them when R = 1.
template <class T, class RowsOf>
TileGroup<T> mean_rows(std::size_t count, std::size_t rows, TileGroup<T> mean, const RowsOf& rows_of) {
  for (std::size_t r = 0; r < count; ++r) {
    const TileGroup<T> term = rows_of(r);
    if (count == 1) return term;
    if (r == 0)
      copy_rows(term, mean, rows);
    else
      combine_rows<T>(read_only(term), mean, rows, std::plus<>{});
  }
  map_rows<T>(read_only(mean), mean, rows, expr::ScaleBy<T>{simd::Batch<T>(T(1) / static_cast<T>(count))});
  return mean;
}

template <class Network, class T>
class RealisedForward {
  static constexpr std::size_t outputs = Network::outputs;

 public:
  /// One thread's scratch, for groups of up to `tiles` tiles.
  class Workspace {
   public:
    explicit Workspace(std::size_t tiles)
        : values_(tiles), mean_(tiles, outputs), noise_(Network::noise_count) {}
    [[nodiscard]] std::size_t bytes() const {
      return values_.bytes() + mean_.bytes() + noise_.size() * sizeof(T);
    }

   private:
    friend class RealisedForward;
    expr::Values<Network, T> values_;
    TileBuffer<T> mean_;
    AlignedBuffer<T> noise_;
  };

  /// Allocates the noise of θ, R · noise_count numbers.
  explicit RealisedForward(const Realisations& realisations)
      : realisations_(realisations), noise_(realisations.seed, realisations.count, realisations.first) {}

  [[nodiscard]] std::size_t functions() const { return is_network() ? 1 : realisations_.count; }

  /// Other realisations of the seed for θ, from that number on. Allocates nothing.
  void draw(std::uint64_t first) { noise_.draw(first); }
  /// That θ has in realisation r.
  [[nodiscard]] const T* noise(std::size_t r) const { return noise_[r]; }

  /// A function at θ, packed: rows of outputs that stay until the next call. Cost: a sweep, R of the mean.
  TileGroup<T> at_origin(Workspace& workspace, const T* packed, TileGroup<T> inputs,
                         std::size_t function) const {
    return forward(workspace, packed, {}, inputs, function, [&](std::size_t r) { return noise_[r]; });
  }
  /// The same at displacement k, whose noise is that of θ or its own: of θ + δ packed, or of θ packed and δ.
  TileGroup<T> at_displacement(Workspace& workspace, const T* packed,
                               const expr::OuterDisplacement<T>& displacement, TileGroup<T> inputs,
                               std::size_t function, std::size_t k) const {
    return forward(workspace, packed, displacement, inputs, function, [&](std::size_t r) {
      if (!realisations_.independent) return noise_[r];
      expr::draw_noise<Network, T>(realisations_.seed,
                                   realisations_.first + realisations_.count * (k + 1) + r, workspace.noise_);
      return static_cast<const T*>(workspace.noise_.data());
    });
  }

 private:
  [[nodiscard]] bool is_network() const { return realisations_.average == Average::network; }

  template <class NoiseOf>
  TileGroup<T> forward(Workspace& workspace, const T* packed, const expr::OuterDisplacement<T>& displacement,
                       TileGroup<T> inputs, std::size_t function, const NoiseOf& noise_of) const {
    const TileGroup<T> value = workspace.values_.value(inputs.count);
    const std::size_t count = is_network() ? realisations_.count : 1;
    return mean_rows(count, outputs, workspace.mean_.group(inputs.count), [&](std::size_t r) {
      copy_rows(inputs, value, Network::inputs);
      workspace.values_.run(packed, noise_of(is_network() ? r : function), inputs.count, displacement);
      return value;
    });
  }

  Realisations realisations_;
  expr::DrawnNoise<Network, T> noise_;
};

}  // namespace nntk
