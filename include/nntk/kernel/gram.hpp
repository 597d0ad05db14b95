// SPDX-License-Identifier: BSD-3-Clause
//
// The Gram scheduler: features of all samples, then every pair of groups of tiles, in parallel.
//
//            J ─▶  0  1  2  3
//         I  0     ■  ■  ■  ■
//         ▼  1        ■  ■  ■
//            2           ■  ■
//
// One block is one thread's work from start to end, and its bits do not depend on who does it or when: the
// matrix is the same for any number of threads. Of a symmetric matrix the upper half is computed and
// mirrored, so that it is exactly symmetric.
#pragma once

#include <omp.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/kernel/gram_matrix.hpp"
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
  static constexpr std::size_t neighbours = Kernel::tiles_per_group == 1 ? 8 : 1;

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
    bool is_first = true;  // the matrix holds nothing yet
    for (std::size_t step = 0; step < kernel_.steps(); ++step) {
      prepare(step, x, left_);
      if (!is_symmetric_) prepare(step, x2, *right_);
      if (kernel_.accumulates(step)) {
        accumulate(step, GramMatrix<T>(out, x.count, columns, kernel_.entries(), is_first));
        is_first = false;
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

  void accumulate(std::size_t step, const GramMatrix<T>& out) {
    const Features<T>& right = is_symmetric_ ? left_ : *right_;
    const std::size_t side = (right.groups() + neighbours - 1) / neighbours;
    const std::size_t height = (left_.groups() + neighbours - 1) / neighbours;
    for_each(height * side, step, 0.5, [&](Worker& worker, std::size_t index) {
      const std::size_t first_i = index / side * neighbours, first_j = index % side * neighbours;
      for (std::size_t i = first_i; i < std::min(first_i + neighbours, left_.groups()); ++i) {
        for (std::size_t j = first_j; j < std::min(first_j + neighbours, right.groups()); ++j) {
          if (!is_symmetric_ || i <= j) accumulate_pair(worker, step, i, j, out);
        }
      }
    });
  }

  void accumulate_pair(Worker& worker, std::size_t step, std::size_t i, std::size_t j,
                       const GramMatrix<T>& out) const {
    const Features<T>& right = is_symmetric_ ? left_ : *right_;
    const auto group_i = left_.group(i), group_j = right.group(j);
    const TilePairs pairs{group_i.count, group_j.count, is_symmetric_ && i == j};
    if (fetches()) {
      out.fetch(i, j);
      if (is_symmetric_ && i != j) out.fetch(j, i);
    }
    worker.block.clear();
    kernel_.accumulate(worker.workspace, step, group_i, group_j, pairs, worker.block);
    pairs.for_each([&](std::size_t p, std::size_t q) {
      put_tile(worker.block, p, q, left_.first_tile(i), right.first_tile(j), out);
    });
  }

  /// A pair of larger groups or of many entries has more lines than the first cache.
  [[nodiscard]] bool fetches() const { return Kernel::tiles_per_group == 1 && kernel_.entries() == 1; }

  /// The entries of tile pair (p, q) of two groups, and where the matrix is symmetric their mirror images.
  void put_tile(Block<T>& block, std::size_t p, std::size_t q, std::size_t first_i, std::size_t first_j,
                const GramMatrix<T>& out) const {
    const bool on_diagonal = is_symmetric_ && first_i + p == first_j + q;
    for (std::size_t e = 0; e < kernel_.entries(); ++e) {
      out.put(block.tile(e, p, q), {first_i + p, first_j + q, e, on_diagonal});
      if (is_symmetric_)
        out.put_turned(block.tile(e, p, q), {first_i + p, first_j + q, kernel_.mirrored(e), on_diagonal});
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
