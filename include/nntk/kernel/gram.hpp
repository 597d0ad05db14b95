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
// matrix is the same for any number of threads, whole or in parts. Of a symmetric matrix the upper half is
// computed and mirrored, so that it is exactly symmetric.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/kernel/any_kernel.hpp"
#include "nntk/kernel/gram_matrix.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/part.hpp"

namespace nntk {

/// Evaluates a kernel on data, whole or part by part. Everything is allocated by the constructor, and nothing
/// later.
template <class T>
class Gram {
 public:
  /// Of inputs x against others, or against themselves where those are none. It refers to the kernel and to
  /// the numbers of the inputs.
  template <TileKernel Kernel>
    requires std::same_as<typename Kernel::Scalar, T>
  Gram(const Kernel& kernel, const Inputs& x, const Inputs& x2, int threads)
      : kernel_(std::make_unique<KernelReference<Kernel>>(kernel)),
        x_(x),
        x2_(x2.count == 0 ? x : x2),
        is_symmetric_(x2.count == 0),
        tiles_per_group_(kernel.steps() == 1
                             ? share_tiles(Kernel::tiles_per_group, x.count, x2.count, threads)
                             : Kernel::tiles_per_group),
        left_(x.count, kernel.rows(), tiles_per_group_) {
    if (!is_symmetric_) right_ = std::make_unique<Features<T>>(x2.count, kernel.rows(), tiles_per_group_);
    for (std::size_t entry = 0; entry < kernel.entries(); ++entry)
      mirrored_.push_back(kernel.mirrored(entry));
    for (int t = 0; t < threads; ++t) workers_.push_back(std::make_unique<Worker>(*kernel_));
    std::atomic<int> started{0};  // the threads start here, where allocating is allowed
#pragma omp parallel num_threads(threads)
    ++started;
  }

  [[nodiscard]] bool is_symmetric() const { return is_symmetric_; }
  /// Samples that the rows and columns of a part begin at a multiple of, the same for any number of threads.
  [[nodiscard]] std::size_t granularity() const { return kernel_->tiles_per_group() * simd::lanes<T>; }
  /// Whether one set of features serves the whole matrix, and parts are but contractions; else every part
  /// sweeps through all samples again, as often as the kernel has steps.
  [[nodiscard]] bool keeps_features() const {
    std::size_t step = 0;
    while (!kernel_->accumulates(step)) ++step;
    return step + 1 == kernel_->steps();
  }
  [[nodiscard]] Part whole() const { return {{0, x_.count}, {0, x2_.count}}; }

  /// The features that are kept; comes before `evaluate`. Cost: the kernel's sweeps over all samples. Throws
  /// Interrupted when `progress` says so.
  void prepare(const Progress& progress = {}) {
    if (!keeps_features()) return;
    start(progress);
    for (std::size_t step = 0; step < kernel_->steps(); ++step) prepare_step(step, share_of(step));
  }

  /// The kernel of all pairs of a part. One of a symmetric matrix lies above the diagonal, or on it with rows
  /// = columns, and is then its own mirror image. Throws Interrupted as `prepare`, and then leaves the values
  /// half written.
  void evaluate(const Part& part, const PartValues& to, const Progress& progress = {}) {
    start(progress);
    if (keeps_features())
      accumulate(kernel_->steps() - 1, {part, to, true}, {0, 1});
    else
      evaluate_steps({part, to, true});
  }

  /// values(n, m or n, entries) = the whole matrix.
  void run(double* values, const Progress& progress = {}) {
    evaluate_whole(*this, PartValues{values}, progress);
  }

 private:
  struct Worker {
    explicit Worker(const AnyKernel<T>& of)
        : kernel(of.make_worker()), block(of.tiles_per_group(), of.entries()), entries(of.entries()) {}
    std::unique_ptr<typename AnyKernel<T>::Worker> kernel;
    Block<T> block;
    TileEntries<T> entries;
  };
  /// The share of the work between two fractions.
  struct Stretch {
    double from, to;
  };
  /// Tiles of a group of a kernel of one step, which prepares groups: as many as it takes, or a share of them
  /// where threads would otherwise idle for more than a fifth of the sweeps. Kernels of several steps share
  /// samples of the parameters, and read them once a group.
  static std::size_t share_tiles(std::size_t most, std::size_t samples, std::size_t samples2, int threads) {
    const auto is_balanced = [&](std::size_t count, std::size_t size) {
      const auto tiles = tiles_of<T>(count), workers = static_cast<std::size_t>(threads);
      const std::size_t groups = (tiles + size - 1) / size, rounds = (groups + workers - 1) / workers;
      return 4 * rounds * size * workers <= 5 * tiles;
    };
    if (threads == 1) return most;
    for (std::size_t size = most; size > 1; --size)
      if (most % size == 0 && is_balanced(samples, size) && is_balanced(samples2, size)) return size;
    return 1;
  }
  /// A part, and where its values go.
  struct Target {
    Part part;
    PartValues to;
    bool holds_nothing;
  };

  void start(const Progress& progress) {
    stopped_ = false;
    progress_ = &progress;
  }

  [[nodiscard]] Stretch share_of(std::size_t step) const {
    const auto steps = static_cast<double>(kernel_->steps());
    return {static_cast<double>(step) / steps, static_cast<double>(step + 1) / steps};
  }

  void evaluate_steps(Target target) {
    for (std::size_t step = 0; step < kernel_->steps(); ++step) {
      const Stretch share = share_of(step);
      const double between = (share.from + share.to) / 2;
      prepare_step(step, {share.from, between});
      if (!kernel_->accumulates(step)) continue;
      accumulate(step, target, {between, share.to});
      target.holds_nothing = false;
    }
  }

  void prepare_step(std::size_t step, const Stretch& stretch) {
    prepare_features(step, x_, left_, stretch);
    if (!is_symmetric_) prepare_features(step, x2_, *right_, stretch);
  }
  void prepare_features(std::size_t step, const Inputs& inputs, Features<T>& features,
                        const Stretch& stretch) {
    for_each(kernel_->items(step, features), stretch,
             [&](Worker& worker, std::size_t item) { worker.kernel->prepare(step, item, inputs, features); });
  }

  /// A part as ranges of groups, and as matrices that begin at its first tiles.
  struct Place {
    Range rows, columns;
    bool on_diagonal, is_mirrored;
    GramMatrix<T> values, turned;
  };
  [[nodiscard]] Place place_of(const Target& target) const {
    const auto [rows, columns] = target.part;
    const auto [values, turned] = target.to;
    const bool on_diagonal = is_symmetric_ && rows.first == columns.first;
    const auto matrix = [&](double* data, std::size_t height, std::size_t width) {
      return GramMatrix<T>(data, height, width, kernel_->entries(), target.holds_nothing);
    };
    return {groups_of(rows),
            groups_of(columns),
            on_diagonal,
            on_diagonal || turned != nullptr,
            matrix(values, rows.count, columns.count),
            matrix(on_diagonal ? values : turned, columns.count, rows.count)};
  }
  [[nodiscard]] Range groups_of(const Range& samples) const {
    const std::size_t size = tiles_per_group_ * simd::lanes<T>;
    return {samples.first / size, (samples.count + size - 1) / size};
  }

  /// Groups to a side that one thread takes together: features and rows of the matrix are still in cache when
  /// the next pair wants them. Fewer where threads would wait for each other.
  [[nodiscard]] std::size_t neighbours(const Place& place) const {
    const std::size_t pairs = place.rows.count * place.columns.count / (place.on_diagonal ? 2 : 1);
    std::size_t side = kernel_->tiles_per_group() == 1 ? 8 : 1;
    while (side > 1 && workers_.size() > 1 && pairs < 4 * workers_.size() * side * side) side /= 2;
    return side;
  }

  void accumulate(std::size_t step, const Target& target, const Stretch& stretch) {
    const Place place = place_of(target);
    const std::size_t side = neighbours(place);
    const std::size_t height = (place.rows.count + side - 1) / side;
    const std::size_t width = (place.columns.count + side - 1) / side;
    for_each(height * width, stretch, [&](Worker& worker, std::size_t index) {
      const std::size_t first_i = index / width * side, first_j = index % width * side;
      for (std::size_t i = first_i; i < std::min(first_i + side, place.rows.count); ++i) {
        for (std::size_t j = first_j; j < std::min(first_j + side, place.columns.count); ++j) {
          if (!place.on_diagonal || i <= j) accumulate_pair(worker, step, i, j, place);
        }
      }
    });
  }

  /// Groups i and j of a place.
  void accumulate_pair(Worker& worker, std::size_t step, std::size_t i, std::size_t j,
                       const Place& place) const {
    const Features<T>& right = is_symmetric_ ? left_ : *right_;
    const auto group_i = left_.group(place.rows.first + i), group_j = right.group(place.columns.first + j);
    const bool on_diagonal = place.on_diagonal && i == j;
    const auto last_samples = [](std::size_t samples, std::size_t first_tile, std::size_t tiles) {
      return samples - (first_tile + tiles - 1) * simd::lanes<T>;
    };
    const TilePairs pairs{group_i.count, group_j.count, on_diagonal,
                          last_samples(x_.count, left_.first_tile(place.rows.first + i), group_i.count),
                          last_samples(x2_.count, right.first_tile(place.columns.first + j), group_j.count)};
    if (fetches()) {
      place.values.fetch(i, j);
      if (place.is_mirrored && !on_diagonal) place.turned.fetch(j, i);
    }
    worker.block.clear();
    worker.kernel->accumulate(step, group_i, group_j, pairs, worker.block);
    pairs.for_each([&](std::size_t p, std::size_t q) {
      const std::size_t tile_i = left_.first_tile(i) + p, tile_j = right.first_tile(j) + q;
      put_tile(worker, p, q, {tile_i, tile_j, place.on_diagonal && tile_i == tile_j}, place);
    });
  }

  /// The entries of tile pair (p, q) of two groups, and their mirror images.
  void put_tile(Worker& worker, std::size_t p, std::size_t q, const typename GramMatrix<T>::Place& at,
                const Place& place) const {
    for (std::size_t entry = 0; entry < mirrored_.size(); ++entry)
      worker.entries.tiles[entry] = worker.block.tile(entry, p, q);
    place.values.put(worker.entries, at);
    if (!place.is_mirrored) return;
    for (std::size_t entry = 0; entry < mirrored_.size(); ++entry)
      worker.entries.tiles[entry] = worker.block.tile(mirrored_[entry], p, q);
    place.turned.put_turned(worker.entries, at);
  }

  /// A pair of larger groups or of many entries has more lines than the first cache.
  [[nodiscard]] bool fetches() const { return kernel_->tiles_per_group() == 1 && kernel_->entries() == 1; }

  /// work(worker, index) for all indices below count, shared out among the threads by one counter: `omp for
  /// schedule(dynamic)` allocates in LLVM's runtime, a team of one in GNU's. Throws Interrupted.
  template <class Work>
  void for_each(std::size_t count, const Stretch& stretch, const Work& work) {
    std::atomic<std::size_t> next{0}, done{0};
    const auto take_turns = [&](std::size_t thread) {
      for (std::size_t index = next++; index < count && !stopped_; index = next++) {
        work(*workers_[thread], index);
        const double finished = static_cast<double>(++done) / static_cast<double>(count);
        if (thread == 0) report(stretch.from + (stretch.to - stretch.from) * finished);
      }
    };
    if (workers_.size() == 1) {
      take_turns(0);
    } else {
#pragma omp parallel num_threads(static_cast<int>(workers_.size()))
      take_turns(static_cast<std::size_t>(omp_get_thread_num()));
    }
    if (stopped_) throw Interrupted();
  }
  void report(double fraction) {
    if (*progress_ && !(*progress_)(fraction)) stopped_ = true;
  }

  std::unique_ptr<AnyKernel<T>> kernel_;
  Inputs x_, x2_;
  bool is_symmetric_;
  std::size_t tiles_per_group_;
  Features<T> left_;
  std::unique_ptr<Features<T>> right_;
  std::vector<std::size_t> mirrored_;  ///< of each entry, the one of the pair turned round
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<bool> stopped_ = false;
  const Progress* progress_ = nullptr;
};

template <TileKernel Kernel>
Gram(const Kernel&, const Inputs&, const Inputs&, int) -> Gram<typename Kernel::Scalar>;

/// The Gram matrix of a kernel in one call: (n, m or n, entries) row-major. Allocates the result and the
/// scratch.
template <TileKernel Kernel>
std::vector<double> gram(const Kernel& kernel, const Inputs& x, const Inputs& x2 = {}, int threads = 1) {
  std::vector<double> values(x.count * (x2.count == 0 ? x.count : x2.count) * kernel.entries());
  Gram(kernel, x, x2, threads).run(values.data());
  return values;
}

}  // namespace nntk
