// SPDX-License-Identifier: BSD-3-Clause
//
// E = C D: the responses of the samples, each mixed with those of the samples that its own overlaps with.
//
//   D [sample][lane]  ──C [sample × sample]──▶  E [sample][lane]
//
// Terms of samples that are drawn together (the two of an antithetic pair, else each with itself) can be left
// out: for good where an estimator has none, or afterwards.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "nntk/expr/product.hpp"

namespace nntk {

template <class T>
class Correlated {
 public:
  /// Of no samples.
  Correlated() = default;
  /// `matrix` is C, row-major; `together`: so many samples that follow each other are one draw; its neighbour
  /// comes `apart` samples later.
  Correlated(std::vector<T> matrix, std::size_t samples, std::size_t together, std::size_t apart,
             bool keeps_together)
      : samples_(samples), together_(together), apart_(apart), packed_(matrix.size()) {
    for (std::size_t k = 0; k < samples; ++k) {
      for (std::size_t m = 0; m < together; ++m) {
        T& entry = matrix[k * samples + partner(k, m)];
        if (!keeps_together) entry = T(0);
        together_terms_.push_back(entry);
        if (has_neighbour(k)) neighbour_terms_.push_back(matrix[k * samples + partner(k, m) + apart]);
      }
    }
    expr::pack(matrix.data(), samples, samples, samples, 1, packed_.data());
  }

  /// E ← C D. Cost: samples² multiply-adds a lane.
  void multiply(TileGroup<const T> d, TileGroup<T> e) const {
    expr::multiply<T>(packed_.data(), samples_, samples_, 1, d, e, expr::Unchanged{});
  }
  /// E ← E without the terms of samples that are drawn together.
  void leave_out_together(TileGroup<const T> d, TileGroup<T> e) const {
    for (std::size_t k = 0; k < samples_; ++k) {
      for (std::size_t m = 0; m < together_; ++m) {
        const simd::Batch<T> term(together_terms_[k * together_ + m]);
        combine_rows<T>(d.from_row(partner(k, m)), e.from_row(k), 1,
                        [&](auto sum, auto response) { return sum - term * response; });
      }
    }
  }

  struct Neighbour {
    std::size_t sample;
    T term;  ///< of C
  };
  /// Sample m of the draw that is the neighbour of sample k's.
  [[nodiscard]] Neighbour neighbour(std::size_t k, std::size_t m) const {
    return {partner(k, m) + apart_, neighbour_terms_[k * together_ + m]};
  }
  [[nodiscard]] bool has_neighbour(std::size_t k) const { return k + apart_ < samples_; }

 private:
  /// Sample m of those that are drawn together with sample k.
  [[nodiscard]] std::size_t partner(std::size_t k, std::size_t m) const { return k - k % together_ + m; }

  std::size_t samples_ = 0, together_ = 1, apart_ = 1;
  std::vector<T> packed_, together_terms_, neighbour_terms_;
};

}  // namespace nntk
