// SPDX-License-Identifier: BSD-3-Clause
//
// The kernel of one pair of inputs, from the call to the number: both lie in the lanes of one tile, which is
// swept once and contracted with itself, without a scheduler.
//
//   lanes of the tile   [ x  x'  x'  x' ... ]        k(x, x') is lane 0 of I against lane 1 of J
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "nntk/kernel/tile_kernel.hpp"

namespace nntk {

template <TileKernel Kernel>
class PairKernel {
  using T = typename Kernel::Scalar;

 public:
  /// It refers to the kernel, whose inputs have so many numbers. Allocates one tile of features and a
  /// thread's scratch.
  PairKernel(const Kernel& kernel, std::size_t inputs)
      : kernel_(kernel),
        width_(inputs),
        pair_(2 * inputs),
        workspace_(kernel),
        features_(2, kernel.rows(), Kernel::tiles_per_group),
        block_(1, kernel.entries()) {}

  /// entries ← k(x, x'), kernel.entries() numbers; x and x2 have `inputs` numbers. Cost: what the kernel
  /// prepares for a tile, of a nonlocal one all its samples, and the contraction of that tile with itself, of
  /// narrow networks one row of it. Widths 16, f64: 0.5 to 0.8 µs. Allocates nothing.
  void evaluate(std::span<const double> x, std::span<const double> x2, std::span<double> entries) noexcept {
    std::ranges::copy(x, pair_.begin());
    std::ranges::copy(x2, pair_.begin() + static_cast<std::ptrdiff_t>(width_));
    block_.clear();
    for (std::size_t step = 0; step < kernel_.steps(); ++step) run_step(step);
    for (std::size_t entry = 0; entry < entries.size(); ++entry)
      entries[entry] = static_cast<double>(block_.tile(entry, 0, 0)[1]);
  }

  /// k(x, x') where outputs are summed or averaged.
  double operator()(std::span<const double> x, std::span<const double> x2) noexcept {
    double value = 0;
    evaluate(x, x2, {&value, 1});
    return value;
  }

 private:
  void run_step(std::size_t step) noexcept {
    const Inputs inputs{pair_.data(), 2, width_};
    for (std::size_t item = 0; item < kernel_.items(step, features_); ++item)
      kernel_.prepare(workspace_, step, item, inputs, features_);
    if (!kernel_.accumulates(step)) return;
    const TileGroup<const T> tile = std::as_const(features_).group(0);
    kernel_.accumulate(workspace_, step, tile, tile, {.rows = 1, .columns = 1, .last_row_samples = 1},
                       block_);
  }

  const Kernel& kernel_;
  std::size_t width_;
  std::vector<double> pair_;
  typename Kernel::Workspace workspace_;
  Features<T> features_;
  Block<T> block_;
};

}  // namespace nntk
