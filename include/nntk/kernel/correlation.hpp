// SPDX-License-Identifier: BSD-3-Clause
//
// C_km = ⟨w_k, w_m⟩ with w_k = p δ_k/‖δ_k‖², p the number of parameters that move: how the sampled gradients
// of a nonlocal kernel overlap. C is itself a Gram matrix, of samples with p features, and the same
// contraction computes it, a slice of parameters at a time.
#pragma once

#include <omp.h>

#include <cstddef>
#include <span>
#include <vector>

#include "nntk/kernel/contraction.hpp"
#include "nntk/tangent/interaction.hpp"

namespace nntk {

/// The M × M matrix C, row-major. Cost: M² p/2 multiply-adds and 2 M p draws. Allocates M² numbers and a
/// slice of M × 1,024.
template <class T>
class Correlation {
 public:
  Correlation(const tangent::Interaction<T>& interaction, std::span<const T> theta, std::size_t samples,
              int threads)
      : interaction_(interaction),
        samples_(samples),
        parameters_(theta.size()),
        tiles_((samples + lanes - 1) / lanes),
        weight_(samples),
        slice_(tiles_ * slice_rows * lanes),
        sums_(tiles_ * tiles_ * lanes * lanes),
        matrix_(samples * samples) {
    weigh(theta, threads);
    for (std::size_t first = 0; first < parameters_; first += slice_rows) add_slice(first, threads);
    for (std::size_t k = 0; k < samples_; ++k) {
      for (std::size_t m = 0; m < samples_; ++m) matrix_[k * samples_ + m] = k <= m ? sum(k, m) : sum(m, k);
    }
  }

  [[nodiscard]] std::vector<T> take() && { return std::move(matrix_); }

 private:
  static constexpr std::size_t lanes = simd::lanes<T>;
  static constexpr std::size_t slice_rows = 1024;

  [[nodiscard]] T sum(std::size_t k, std::size_t m) const {
    const std::size_t pair = (k / lanes) * tiles_ + m / lanes;
    return sums_.data()[(pair * lanes + k % lanes) * lanes + m % lanes];
  }

  /// w_k = weight_k · g_k.
  void weigh(std::span<const T> theta, int threads) {
    const double dimension = static_cast<double>(interaction_.moving(parameters_).count);
#pragma omp parallel num_threads(threads)
    {
      std::vector<T> displaced(parameters_);
#pragma omp for
      for (std::size_t k = 0; k < samples_; ++k) {
        const auto drawn = interaction_.displace(k, theta, displaced);
        weight_[k] = static_cast<T>(dimension * drawn.stretch / (drawn.norm * drawn.norm));
      }
    }
  }

  void add_slice(std::size_t first, int threads) {
    const std::size_t count = std::min(slice_rows, parameters_ - first);
#pragma omp parallel num_threads(threads)
    {
      std::vector<T> entries(count);
#pragma omp for
      for (std::size_t k = 0; k < samples_; ++k) {
        interaction_.fill_direction(k, parameters_, first, entries);
        T* column = slice_.data() + (k / lanes) * slice_rows * lanes + k % lanes;
        for (std::size_t i = 0; i < count; ++i) column[i * lanes] = weight_[k] * entries[i];
      }
#pragma omp for schedule(dynamic)
      for (std::size_t pair = 0; pair < tiles_ * tiles_; ++pair) {
        const T* left = slice_.data() + (pair / tiles_) * slice_rows * lanes;
        const T* right = slice_.data() + (pair % tiles_) * slice_rows * lanes;
        if (left <= right) contract_tile<T>(left, right, count, Add<T>{sums_.data() + pair * lanes * lanes});
      }
    }
  }

  const tangent::Interaction<T>& interaction_;
  std::size_t samples_, parameters_, tiles_;
  std::vector<T> weight_;
  AlignedBuffer<T> slice_, sums_;
  std::vector<T> matrix_;
};

}  // namespace nntk
