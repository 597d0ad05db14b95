// SPDX-License-Identifier: BSD-3-Clause
//
// The Gram scheduler: features of all samples, then every pair of groups of tiles, in parallel.
//
//            J ─▶  0  1  2  3           One block is one thread's work from start to end, and its bits do not
//         I  0     ■  ■  ■  ■           depend on who does it or when: the matrix is the same for any number
//         of ▼  1        ■  ■  ■           threads. Of a symmetric matrix the upper half is computed and
//         mirrored,
//            2           ■  ■           so that it is exactly symmetric.
#pragma once

#include <omp.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/tile_kernel.hpp"

namespace nntk {

/// Told the finished fraction in [0, 1] now and then, by one thread; false asks to stop.
using Progress = std::function<bool(double)>;

/// Evaluates a kernel on data of a fixed size. Everything is allocated by the constructor; `run` allocates
/// nothing.
template <TileKernel Kernel>
class Gram {
  using T = typename Kernel::Scalar;
  /// Groups to a side that one thread takes together: features and rows of the matrix are still in cache when
  /// the next pair wants them.
  static constexpr std::size_t neighbours = Kernel::tiles_per_group == 1 ? 4 : 1;

 public:
  /// n samples against m others, or against themselves where m is 0.
  Gram(const Kernel& kernel, std::size_t n, std::size_t m, int threads)
      : kernel_(kernel), left_(n, kernel.rows(), Kernel::tiles_per_group), is_symmetric_(m == 0) {
    if (!is_symmetric_) right_ = std::make_unique<Features<T>>(m, kernel.rows(), Kernel::tiles_per_group);
    for (int t = 0; t < threads; ++t) workers_.push_back(std::make_unique<Worker>(kernel));
    std::atomic<int> started{0};  // the threads start here, where allocating is allowed
#pragma omp parallel num_threads(threads)
    ++started;
  }

  /// out(n, m or n, entries) = kernel entries of every pair. Throws Interrupted when `progress` says so, and
  /// then leaves `out` half written. Cost: what `prepare` costs for n + m samples, and `accumulate` for every
  /// pair.
  void run(const Inputs& x, const Inputs& x2, double* out, const Progress& progress = {}) {
    stopped_ = false;
    progress_ = &progress;
    const std::size_t columns = is_symmetric_ ? x.count : x2.count;
    is_first_ = true;
    for (std::size_t step = 0; step < kernel_.steps(); ++step) {
      prepare(step, x, left_);
      if (!is_symmetric_) prepare(step, x2, *right_);
      if (kernel_.accumulates(step)) {
        accumulate(step, x.count, columns, out);
        is_first_ = false;
      }
      if (stopped_) throw Interrupted();
    }
  }

 private:
  struct Worker {
    explicit Worker(const Kernel& kernel)
        : workspace(kernel), block(Kernel::tiles_per_group, kernel.entries()) {}
    typename Kernel::Workspace workspace;
    Block<T> block;
  };

  void prepare(std::size_t step, const Inputs& inputs, Features<T>& features) {
    for_each(kernel_.items(step, features), step, 0.0, [&](Worker& worker, std::size_t item) {
      kernel_.prepare(worker.workspace, step, item, inputs, features);
    });
  }

  void accumulate(std::size_t step, std::size_t rows, std::size_t columns, double* out) {
    const Features<T>& right = is_symmetric_ ? left_ : *right_;
    const std::size_t side = (right.groups() + neighbours - 1) / neighbours;
    const std::size_t height = (left_.groups() + neighbours - 1) / neighbours;
    for_each(height * side, step, 0.5, [&](Worker& worker, std::size_t index) {
      const std::size_t first_i = index / side * neighbours, first_j = index % side * neighbours;
      for (std::size_t i = first_i; i < std::min(first_i + neighbours, left_.groups()); ++i) {
        for (std::size_t j = first_j; j < std::min(first_j + neighbours, right.groups()); ++j) {
          if (!is_symmetric_ || i <= j) accumulate_pair(worker, step, i, j, Matrix{out, rows, columns});
        }
      }
    });
  }

  /// The caller's matrix.
  struct Matrix {
    double* data;
    std::size_t rows, columns;
  };

  void accumulate_pair(Worker& worker, std::size_t step, std::size_t i, std::size_t j,
                       const Matrix& out) const {
    const Features<T>& right = is_symmetric_ ? left_ : *right_;
    const auto group_i = left_.group(i), group_j = right.group(j);
    const TilePairs pairs{group_i.count, group_j.count, is_symmetric_ && i == j};
    fetch_rows(i, j, out);
    worker.block.clear();
    kernel_.accumulate(worker.workspace, step, group_i, group_j, pairs, worker.block);
    pairs.for_each([&](std::size_t p, std::size_t q) {
      for (std::size_t e = 0; e < kernel_.entries(); ++e) {
        add_tile(worker.block.tile(e, p, q), left_.first_tile(i) + p, right.first_tile(j) + q, e, out);
      }
    });
  }

  /// Asks for the lines of the matrix that a pair of tiles will write while its sums are computed. Stores
  /// that miss would fill the store buffer and hold up all that follows: with widths 16 and n = 1536 the
  /// matrix took 8.9 ms, and takes 3.8. (Asking for the right to write as well cost 15 % on a cold matrix.) A
  /// pair of larger groups or of many entries has more lines than the first cache. Inlined by force: GCC 12
  /// takes a function that only prefetches for one without effect, and drops the call.
  [[gnu::always_inline]] void fetch_rows(std::size_t i, std::size_t j, const Matrix& out) const {
    if (Kernel::tiles_per_group > 1 || kernel_.entries() > 1) return;
    fetch_tile(i, j, out);
    if (is_symmetric_ && i != j) fetch_tile(j, i, out);
  }
  [[gnu::always_inline]] static void fetch_tile(std::size_t tile_i, std::size_t tile_j, const Matrix& out) {
    constexpr std::size_t lanes = simd::lanes<T>, line = simd::alignment / sizeof(double);
    const std::size_t i = tile_i * lanes, j = tile_j * lanes;
    const std::size_t height = std::min(lanes, out.rows - i), width = std::min(lanes, out.columns - j);
    for (std::size_t a = 0; a < height; ++a) {
      const double* row = out.data + (i + a) * out.columns + j;
      for (std::size_t b = 0; b < width; b += line) __builtin_prefetch(row + b);
      __builtin_prefetch(row + width - 1);
    }
  }

  /// Adds an entry of a tile pair to the matrix, and where that is symmetric to its mirror image.
  void add_tile(const T* values, std::size_t tile_i, std::size_t tile_j, std::size_t entry,
                const Matrix& out) const {
    constexpr std::size_t lanes = simd::lanes<T>;
    const std::size_t i = tile_i * lanes, j = tile_j * lanes, entries = kernel_.entries();
    const std::size_t height = std::min(lanes, out.rows - i), width = std::min(lanes, out.columns - j);
    const bool is_diagonal = is_symmetric_ && tile_i == tile_j;
    for (std::size_t a = 0; a < height; ++a) {
      const std::size_t first = is_diagonal ? std::min(a, width) : 0;
      add_row<1>(values + a * lanes + first, width - first,
                 out.data + ((i + a) * out.columns + j + first) * entries + entry, entries);
    }
    if (!is_symmetric_) return;
    // Read column by column. Transposed through scratch it took 15 % longer; in registers, as long.
    const std::size_t turned = kernel_.mirrored(entry);
    for (std::size_t b = 0; b < width; ++b) {
      add_row<lanes>(values + b, is_diagonal ? std::min(b, height) : height,
                     out.data + ((j + b) * out.columns + i) * entries + turned, entries);
    }
  }
  /// The common cases, one entry and nothing there yet, are plain copies.
  template <std::size_t stride>
  void add_row(const T* values, std::size_t count, double* to, std::size_t entries) const {
    if (is_first_ && entries == 1) {
      for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<double>(values[k * stride]);
    } else if (is_first_) {
      for (std::size_t k = 0; k < count; ++k) to[k * entries] = static_cast<double>(values[k * stride]);
    } else {
      for (std::size_t k = 0; k < count; ++k) to[k * entries] += static_cast<double>(values[k * stride]);
    }
  }

  /// work(worker, index) for all indices below count, shared out among the threads by one counter: `omp for
  /// schedule(dynamic)` allocates in LLVM's runtime, a team of one in GNU's.
  template <class Work>
  void for_each(std::size_t count, std::size_t step, double share_done, const Work& work) {
    std::atomic<std::size_t> next{0}, done{0};
    const auto take_turns = [&](std::size_t thread) {
      for (std::size_t index = next++; index < count && !stopped_; index = next++) {
        work(*workers_[thread], index);
        const double finished = static_cast<double>(++done) / static_cast<double>(count);
        if (thread == 0) report(step, share_done + 0.5 * finished);
      }
    };
    if (workers_.size() == 1) return take_turns(0);
#pragma omp parallel num_threads(static_cast<int>(workers_.size()))
    take_turns(static_cast<std::size_t>(omp_get_thread_num()));
  }
  void report(std::size_t step, double part) {
    if (!*progress_) return;
    if (!(*progress_)((static_cast<double>(step) + part) / static_cast<double>(kernel_.steps())))
      stopped_ = true;
  }

  const Kernel& kernel_;
  Features<T> left_;
  std::unique_ptr<Features<T>> right_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool is_symmetric_;
  bool is_first_ = true;  ///< the matrix holds nothing yet
  std::atomic<bool> stopped_ = false;
  const Progress* progress_ = nullptr;
};

/// The Gram matrix of a kernel in one call: (n, m or n, entries) row-major. Allocates the result and the
/// scratch.
template <TileKernel Kernel>
std::vector<double> gram(const Kernel& kernel, const Inputs& x, const Inputs& x2 = {}, int threads = 1) {
  std::vector<double> values(x.count * (x2.count == 0 ? x.count : x2.count) * kernel.entries());
  Gram<Kernel>(kernel, x.count, x2.count, threads).run(x, x2, values.data());
  return values;
}

}  // namespace nntk
