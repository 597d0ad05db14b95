// SPDX-License-Identifier: BSD-3-Clause
//
// One cotangent a sample pulled back to the parameters: Σ_i ⟨r_i, ∂f(x_i; θ)/∂θ⟩, the gradient of a loss
// whose derivative by the outputs of sample i is r_i. For each Dense layer, with its factor (a, b),
//
//   ∂/∂W = Σ_i b_i a_iᵀ          ∂/∂bias = β Σ_i b_i
//
//   tiles ──record──▶ outputs ──r──▶ cotangents ──pull──▶ features, of a batch ──Σ b aᵀ──▶ gradient
//
// Of a stochastic network, the mean over its realisations.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "nntk/kernel/features.hpp"
#include "nntk/kernel/realised_forward.hpp"
#include "nntk/tangent/local.hpp"

namespace nntk {

/// gradient[row][column] += Σ b_row a_column over samples and tiles, for `rows` rows of b and all of a.
template <std::size_t rows, class T>
void add_outer_rows(TileGroup<const T> b, TileGroup<const T> a, std::size_t columns, T* gradient) {
  using Batch = simd::Batch<T>;
  constexpr std::size_t at_once = 3;
  for (std::size_t column = 0; column < columns; column += at_once) {
    const std::size_t count = std::min(at_once, columns - column);
    Batch sums[rows][at_once];
    for (auto& row : sums) std::fill_n(row, at_once, Batch(T(0)));
    for (std::size_t t = 0; t < b.count; ++t) {
      const T* right[at_once];  // the last column again where there is none
      for (std::size_t i = 0; i < at_once; ++i)
        right[i] = a.from_row(column + std::min(i, count - 1)).tile(t);
      for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>) {
        for (std::size_t r = 0; r < rows; ++r) {
          const Batch left = Batch::load_aligned(b.from_row(r).tile(t) + v);
          for (std::size_t i = 0; i < at_once; ++i)
            sums[r][i] = simd::fma(left, Batch::load_aligned(right[i] + v), sums[r][i]);
        }
      }
    }
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < count; ++i) gradient[r * columns + column + i] += xsimd::hadd(sums[r][i]);
  }
}

template <class Network, class T>
class Pullback {
  using Tangent = tangent::Local<Network, T, tangent::Reduction::outputs, tangent::Form::full>;
  static constexpr std::size_t groups_per_batch = 8, rows_per_item = 32;

 public:
  static constexpr std::size_t tiles_per_group = 4;

  /// Allocates θ twice, the noise, the features of a batch of 32 tiles, and for each thread a group's
  /// scratch.
  Pullback(const Realisations& realisations, int threads)
      : realisations_(realisations),
        threads_(threads),
        forward_(realisations.as_network()),
        packed_(Network::parameter_count),
        transposed_(Network::parameter_count),
        features_(batch_samples, Tangent::feature_rows, tiles_per_group),
        cotangents_(batch_samples, Network::outputs, tiles_per_group),
        scratch_(static_cast<std::size_t>(threads)) {
    for (std::size_t f = 0; f < Tangent::factors.size(); ++f)
      for (std::size_t row = 0; row < Tangent::factors[f].b_rows; row += rows_per_item)
        items_.push_back({f, row});
  }

  /// gradient ← Σ_i ⟨r_i, ∂f(x_i; θ)/∂θ⟩. `inputs`: groups of tiles_per_group tiles of input rows.
  /// fill(outputs, first tile, r) turns the outputs of a group into cotangents, 0 in lanes without a sample;
  /// it is called by several threads. Cost: 3 P multiply-adds a sample and realisation, another P to find the
  /// mean of several. The same bits for any number of threads. Allocates nothing.
  template <class Fill>
  void run(const T* theta, Features<T>& inputs, const Fill& fill, T* gradient) {
    expr::pack_parameters(typename Network::Stages{}, theta, packed_.data());
    Tangent::pack_transposed(theta, transposed_.data());
    const tangent::Weights<T> weights{theta, packed_.data(), transposed_.data()};
    std::fill_n(gradient, Network::parameter_count, T(0));
    for (std::size_t first = 0; first < inputs.groups(); first += groups_per_batch) {
      const std::size_t groups = std::min(groups_per_batch, inputs.groups() - first);
      for (std::size_t r = 0; r < realisations_.count; ++r) {
        pull_batch(weights, inputs, first, groups, r, fill);
        add_batch(groups, inputs.group(first + groups - 1).count, gradient);
      }
    }
  }

  /// The next gradients are of other realisations of the seed, from that number on. Allocates nothing.
  void draw(std::uint64_t first) { forward_.draw(first); }

 private:
  static constexpr std::size_t batch_samples = groups_per_batch * tiles_per_group * simd::lanes<T>;

  struct Scratch {
    Tangent tangent{tiles_per_group};
    typename RealisedForward<Network, T>::Workspace forward{tiles_per_group};
  };
  struct Item {
    std::size_t factor, first_row;
  };

  template <class Fill>
  void pull_batch(const tangent::Weights<T>& weights, Features<T>& inputs, std::size_t first,
                  std::size_t groups, std::size_t r, const Fill& fill) {
#pragma omp parallel for num_threads(threads_)
    for (std::size_t g = 0; g < groups; ++g) {
      auto& [tangent, forward] = scratch_[static_cast<std::size_t>(omp_get_thread_num())];
      const TileGroup<T> from = inputs.group(first + g);
      const TileGroup<T> features = features_.group(g).part(0, from.count);
      const TileGroup<T> cotangent = cotangents_.group(g).part(0, from.count);
      const TileGroup<T> value = tangent.value(from.count);
      copy_rows(from, value, Network::inputs);
      tangent.record(weights.packed, forward_.noise(r), features);
      if (r == 0) {
        const bool is_mean = realisations_.count > 1;
        fill(is_mean ? forward_.at_origin(forward, weights.packed, from, 0) : value,
             inputs.first_tile(first + g), cotangent);
      }
      map_rows<T>(read_only(cotangent), tangent.cotangent(from.count), Network::outputs,
                  expr::ScaleBy<T>{simd::Batch<T>(T(1) / static_cast<T>(realisations_.count))});
      tangent.pull(weights, features);
    }
  }

  /// Each row of a layer's gradient by one thread, in the order of the groups.
  void add_batch(std::size_t groups, std::size_t last_count, T* gradient) {
#pragma omp parallel for num_threads(threads_)
    for (std::size_t item = 0; item < items_.size(); ++item) {
      const tangent::Factor& factor = Tangent::factors[items_[item].factor];
      const std::size_t first = items_[item].first_row;
      for (std::size_t g = 0; g < groups; ++g) {
        const auto features =
            read_only(features_.group(g).part(0, g + 1 < groups ? features_.group(g).count : last_count));
        add_rows(factor, first, std::min(first + rows_per_item, factor.b_rows), features, gradient);
      }
    }
  }
  static void add_rows(const tangent::Factor& factor, std::size_t first, std::size_t end,
                       TileGroup<const T> features, T* gradient) {
    T* weights = gradient + factor.offset;
    T* biases = weights + factor.b_rows * factor.a_rows;
    const auto a = features.from_row(factor.a_row), b = features.from_row(factor.b_row);
    expr::for_row_blocks(first, end, [&]<std::size_t rows>(std::size_t row) {
      add_outer_rows<rows, T>(b.from_row(row), a, factor.a_rows, weights + row * factor.a_rows);
    });
    for (std::size_t row = first; factor.bias > 0 && row < end; ++row)
      biases[row] += static_cast<T>(factor.bias) * sum_row(b.from_row(row));
  }
  static T sum_row(TileGroup<const T> row) {
    simd::Batch<T> sum(T(0));
    for (std::size_t t = 0; t < row.count; ++t)
      for (std::size_t v = 0; v < simd::lanes<T>; v += simd::width<T>)
        sum = sum + simd::Batch<T>::load_aligned(row.tile(t) + v);
    return xsimd::hadd(sum);
  }

  Realisations realisations_;
  int threads_;
  RealisedForward<Network, T> forward_;
  UnfilledBuffer<T> packed_, transposed_;
  Features<T> features_, cotangents_;
  std::vector<Scratch> scratch_;  ///< one a thread
  std::vector<Item> items_;
};

}  // namespace nntk
