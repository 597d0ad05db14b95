// SPDX-License-Identifier: BSD-3-Clause
//
// A direction v of θ pushed forward to the outputs of a data set: ∂f(x_i; θ)/∂θ v, by one sweep for each
// group of tiles and no Jacobian. It is the transpose of Pullback.
//
//   tiles ──record──▶ operands, slopes ──push v──▶ ∂f/∂θ v, a row an output ──▶ (n, outputs)
//
// Of a stochastic network, the mean over its realisations.
#pragma once

#include <omp.h>

#include <cstddef>
#include <span>
#include <vector>

#include "nntk/expr/noise.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/realised_forward.hpp"
#include "nntk/tangent/local.hpp"

namespace nntk {

template <class Network, class T>
class Pushforward {
  using Tangent = tangent::Local<Network, T, tangent::Reduction::outputs, tangent::Form::full>;

 public:
  static constexpr std::size_t tiles_per_group = 4;

  /// Allocates θ twice, the noise, and for each thread a group's features and scratch.
  Pushforward(const Realisations& realisations, int threads)
      : realisations_(realisations),
        threads_(threads),
        noise_(realisations.seed, realisations.count, realisations.first),
        packed_(Network::parameter_count),
        direction_(Network::parameter_count),
        scratch_(static_cast<std::size_t>(threads)) {}

  /// out (n, outputs) ← ∂f(x_i; θ)/∂θ v; θ and v of parameter_count numbers. `inputs`: groups of
  /// tiles_per_group tiles of input rows, of n samples. Cost: 3 P multiply-adds a sample and realisation, 2 P
  /// of a network of one hidden layer. The same bits for any number of threads. Allocates nothing.
  void run(const T* theta, const T* direction, Features<T>& inputs, std::span<T> out) {
    expr::pack_parameters(typename Network::Stages{}, theta, packed_.data());
    expr::pack_parameters(typename Network::Stages{}, direction, direction_.data());
#pragma omp parallel for num_threads(threads_)
    for (std::size_t g = 0; g < inputs.groups(); ++g) {
      Scratch& scratch = scratch_[static_cast<std::size_t>(omp_get_thread_num())];
      store_outputs<T>(read_only(push(scratch, inputs.group(g))), Network::outputs, inputs.first_tile(g),
                       out);
    }
  }

 private:
  struct Scratch {
    Tangent tangent{tiles_per_group};
    TileBuffer<T> features{tiles_per_group, Tangent::feature_rows};
    TileBuffer<T> mean{tiles_per_group, Network::outputs};
  };

  TileGroup<T> push(Scratch& scratch, TileGroup<T> inputs) const {
    const TileGroup<T> features = scratch.features.group(inputs.count);
    return mean_rows(realisations_.count, Network::outputs, scratch.mean.group(inputs.count),
                     [&](std::size_t r) {
                       copy_rows(inputs, scratch.tangent.value(inputs.count), Network::inputs);
                       scratch.tangent.record(packed_.data(), noise_[r], features);
                       return scratch.tangent.push({packed_.data(), direction_.data()}, features);
                     });
  }

  Realisations realisations_;
  int threads_;
  expr::DrawnNoise<Network, T> noise_;
  AlignedBuffer<T> packed_, direction_;
  std::vector<Scratch> scratch_;  ///< one a thread
};

}  // namespace nntk
