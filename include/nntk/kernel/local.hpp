// SPDX-License-Identifier: BSD-3-Clause
//
// The local (classical, empirical) neural tangent kernel as a TileKernel:
//
//   K_oo'(x, x') = Σ_layers (⟨a, a'⟩ + β²) · ⟨b_o, b'_o'⟩            factors: tangent/factor.hpp
//
// `prepare` runs the two sweeps over a group of tiles; `accumulate` contracts the factors of two groups,
// layer after layer, a product of two contractions never leaving the block. A pair costs Σ (n_in + rows of b)
// multiply-adds, and nothing is allocated. Wide networks with sparse gates pass over features that are 0
// (open_units.hpp). With R realisations of a stochastic network (realisations.hpp) features are kept of each;
// a pair costs R times as much, of the mean network R² times.
#pragma once

#include <algorithm>
#include <cstddef>

#include "nntk/expr/noise.hpp"
#include "nntk/kernel/block.hpp"
#include "nntk/kernel/contraction.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/realisations.hpp"
#include "nntk/tangent/local.hpp"

namespace nntk {

template <class Network, class T, tangent::Reduction reduction>
class LocalKernel {
  using Tangent = tangent::Local<Network, T, reduction>;
  static constexpr auto& factors = Tangent::factors;
  static constexpr bool is_narrow = Tangent::feature_rows <= 512;

  /// The largest group of tiles whose blocks of every entry take 512 KiB at most.
  static constexpr std::size_t tiles_in_cache() {
    constexpr std::size_t outputs = reduction == tangent::Reduction::trace ? 1 : Network::outputs;
    constexpr std::size_t pair_bytes = outputs * outputs * Block<T>::tile_size * sizeof(T);
    std::size_t tiles = 1;
    while ((tiles + 1) * (tiles + 1) * pair_bytes <= std::size_t{1} << 19) ++tiles;
    return tiles;
  }

 public:
  using Scalar = T;
  /// Whether contractions pass over features that are 0.
  static constexpr bool passes_over = !is_narrow && Tangent::is_sparse;
  /// Narrow networks keep a pair of tiles in the first cache; wide ones need the reuse of a larger block: of
  /// 192 samples, or of so few that all their pairs of outputs stay in the second cache.
  static constexpr std::size_t tiles_per_group = is_narrow ? 1 : std::min(tiles_of<T>(192), tiles_in_cache());
  /// Tiles that are pulled together, so that weights are read once for up to eight cotangents; no more, since
  /// those of many outputs take much memory.
  static constexpr std::size_t tiles_per_pull =
      std::clamp<std::size_t>(8 / Network::outputs, 1, tiles_per_group);
  static constexpr std::size_t feature_rows = Tangent::feature_rows;
  class Workspace {
   public:
    explicit Workspace(const LocalKernel& /*kernel*/)
        : tangent_(tiles_per_group, tiles_per_pull),
          open_(passes_over ? tiles_per_group : 0),
          a_(tiles_per_group, 1),
          b_(tiles_per_group, 1) {}
    [[nodiscard]] std::size_t bytes() const {
      return tangent_.bytes() + open_.bytes() + a_.bytes() + b_.bytes();
    }

   private:
    friend class LocalKernel;
    Tangent tangent_;
    OpenUnits<T> open_;
    Block<T> a_, b_;
  };

  /// A kernel that waits for its parameters. Allocates their packed readings, 2 P, and the noise.
  explicit LocalKernel(OutputMode mode, const Realisations& realisations = {})
      : mode_(mode),
        realisations_(realisations),
        noise_(realisations.seed, realisations.count, realisations.first),
        packed_(Network::parameter_count),
        transposed_(Network::parameter_count) {}
  LocalKernel(const T* theta, OutputMode mode, const Realisations& realisations = {})
      : LocalKernel(mode, realisations) {
    set_parameters(theta);
  }

  /// θ is read, not copied: parameter_count numbers that outlive their use. Cost: two passes over them.
  void set_parameters(const T* theta) noexcept {
    theta_ = theta;
    expr::pack_parameters(typename Network::Stages{}, theta_, packed_.data());
    Tangent::pack_transposed(theta_, transposed_.data());
  }

  [[nodiscard]] std::size_t rows() const { return realisations_.count * feature_rows; }
  [[nodiscard]] std::size_t entries() const { return entries_of(mode_, Network::outputs); }
  [[nodiscard]] std::size_t mirrored(std::size_t entry) const {
    return mirrored_entry(mode_, Network::outputs, entry);
  }
  /// Of a symmetric matrix of n inputs about these multiply-adds.
  [[nodiscard]] double multiply_adds(std::size_t n) const {
    const auto samples = static_cast<double>(n), count = static_cast<double>(realisations_.count);
    return count * samples * Tangent::sample_cost.multiply_adds +
           terms() * samples * samples / 2 * Tangent::pair_cost.multiply_adds;
  }
  [[nodiscard]] std::size_t steps() const { return 1; }
  [[nodiscard]] bool accumulates(std::size_t /*step*/) const { return true; }
  [[nodiscard]] std::size_t items(std::size_t /*step*/, const Features<T>& features) const {
    return features.groups();
  }

  void prepare(Workspace& workspace, std::size_t /*step*/, std::size_t group, const Inputs& inputs,
               Features<T>& features) const noexcept {
    const std::size_t first_tile = features.first_tile(group);
    TileGroup<T> to = features.group(group);
    to.samples = inputs.count - first_tile * simd::lanes<T>;
    for (std::size_t r = 0; r < realisations_.count; ++r) {
      load_inputs(inputs, first_tile, workspace.tangent_.value(to.count));
      workspace.tangent_.run({theta_, packed_.data(), transposed_.data()}, noise_[r],
                             to.from_row(r * feature_rows));
    }
  }

  void accumulate(Workspace& workspace, std::size_t /*step*/, TileGroup<const T> i, TileGroup<const T> j,
                  TilePairs pairs, Block<T>& block) const noexcept {
    for (std::size_t r = 0; r < realisations_.count; ++r) {
      const bool is_network = realisations_.average == Average::network;
      for (std::size_t s = is_network ? 0 : r; s < (is_network ? realisations_.count : r + 1); ++s)
        accumulate_factors(workspace, i.from_row(r * feature_rows), j.from_row(s * feature_rows), pairs,
                           block);
    }
    if (weight() == T(1)) return;
    for (std::size_t entry = 0; entry < entries(); ++entry)
      pairs.for_each([&](std::size_t p, std::size_t q) { block.scale(entry, p, q, weight()); });
  }

 private:
  static constexpr std::size_t block_rows = passes_over ? open_block : depth_block;

  /// Pairs of realisations that are summed: R or R².
  [[nodiscard]] double terms() const {
    const auto count = static_cast<double>(realisations_.count);
    return realisations_.average == Average::network ? count * count : count;
  }
  /// Of a pair of realisations: 1/R or 1/R², and 1/O for the mean over outputs.
  [[nodiscard]] T weight() const {
    return T(1) / (static_cast<T>(terms()) * (mode_ == OutputMode::mean ? T(Network::outputs) : T(1)));
  }

  void accumulate_factors(Workspace& workspace, TileGroup<const T> i, TileGroup<const T> j, TilePairs pairs,
                          Block<T>& block) const {
    if constexpr (is_narrow) {
      for_tile_blocks<T>(pairs.extent(0, 0), [&]<std::size_t rows, std::size_t registers>(
                                                 std::size_t first, std::size_t first_register) {
        accumulate_rows<rows, registers>(first, first_register * simd::width<T>, i.data, j.data, block);
      });
    } else {
      accumulate_groups(workspace, i, j, pairs, block);
    }
  }

  /// K += (⟨a, a'⟩ + β²) ⟨b_o, b'_o'⟩ for some rows of a pair of tiles and some registers of them, all
  /// factors in turn: of narrow networks, where the first product stays in registers. `i` and `j` are the
  /// features of the tiles.
  template <std::size_t rows, std::size_t registers>
  void accumulate_rows(std::size_t first, std::size_t column, const T* i, const T* j, Block<T>& block) const {
    constexpr std::size_t lanes = simd::lanes<T>;
    const T *left = i + first, *right = j + column;
    for (const tangent::Factor& factor : factors) {
      simd::Batch<T> a[rows][registers];
      const simd::Batch<T> bias(static_cast<T>(factor.bias_square()));
      contract_rows<rows, registers>(
          left + factor.a_row * lanes, right + factor.a_row * lanes, factor.a_rows,
          [&](std::size_t r, std::size_t v, simd::Batch<T> sum) { a[r][v] = sum + bias; });
      for (std::size_t entry = 0; entry < entries(); ++entry) {
        const OutputPair outputs = output_pair(mode_, Network::outputs, entry);
        T* to = block.tile(entry, 0, 0) + first * lanes + column;
        const auto multiply_add = [&](std::size_t r, std::size_t v, simd::Batch<T> b) {
          T* at = to + r * lanes + v * simd::width<T>;
          simd::fma(a[r][v], b, simd::Batch<T>::load_aligned(at)).store_aligned(at);
        };
        if (!factor.identity) {
          contract_rows<rows, registers>(left + (factor.b_row + outputs.left * factor.b_rows) * lanes,
                                         right + (factor.b_row + outputs.right * factor.b_rows) * lanes,
                                         factor.b_rows, multiply_add);
        } else if (outputs.left == outputs.right) {
          contract_rows<rows, registers>(left, right, 0,
                                         [&](std::size_t r, std::size_t v, simd::Batch<T> /*zero*/) {
                                           multiply_add(r, v, identity_weight());
                                         });
        }
      }
    }
  }
  template <std::size_t rows, std::size_t registers, class Finish>
  [[gnu::always_inline]] static void contract_rows(const T* i, const T* j, std::size_t depth, Finish finish) {
    expr::multiply_rows<rows, T, registers>(expr::AdjacentRows<T>{i, simd::lanes<T>}, j, depth, finish);
  }
  /// Σ_o ⟨e_o, e_o⟩, or ⟨e_o, e_o⟩.
  static simd::Batch<T> identity_weight() {
    return simd::Batch<T>(reduction == tangent::Reduction::trace ? T(Network::outputs) : T(1));
  }

  void accumulate_groups(Workspace& workspace, TileGroup<const T> i, TileGroup<const T> j, TilePairs pairs,
                         Block<T>& block) const {
    for (const tangent::Factor& factor : factors) {
      contract_groups<block_rows>(i.from_row(factor.a_row), j.from_row(factor.a_row), pairs, factor.a_rows,
                                  workspace.open_, static_cast<T>(factor.bias_square()), workspace.a_);
      if (factor.identity) {
        accumulate_identity(workspace, pairs, block);
      } else if (entries() == 1 && factor.b_rows > block_rows) {
        accumulate_product(workspace, factor, i, j, pairs, block);
      } else {
        accumulate_products(workspace, factor, i, j, pairs, block);
      }
    }
  }

  /// K += A ∘ ⟨b, b'⟩, of whole tiles: where nobody asks, stale numbers are added to others.
  void accumulate_product(Workspace& workspace, const tangent::Factor& factor, TileGroup<const T> i,
                          TileGroup<const T> j, TilePairs pairs, Block<T>& block) const {
    contract_groups<block_rows>(i.from_row(factor.b_row), j.from_row(factor.b_row), pairs, factor.b_rows,
                                workspace.open_, T(0), workspace.b_);
    pairs.for_each([&](std::size_t p, std::size_t q) {
      const MultiplyAdd<T> add{block.tile(0, p, q), workspace.a_.tile(0, p, q)};
      const T* b = workspace.b_.tile(0, p, q);
      for (std::size_t at = 0; at < Block<T>::tile_size; at += simd::width<T>)
        add(at, simd::Batch<T>::load_aligned(b + at));
    });
  }

  /// K_entry += A ∘ ⟨b_o, b'_o'⟩, of all entries before the next rows, since outputs meet each other while a
  /// block of depth of them is in cache: all pairs of 10 outputs of width 1,024 take 2 to 5 % less. Entries
  /// of one left output follow each other, and share the list of its open units.
  void accumulate_products(Workspace& workspace, const tangent::Factor& factor, TileGroup<const T> i,
                           TileGroup<const T> j, TilePairs pairs, Block<T>& block) const {
    OpenUnits<T>& open = workspace.open_;
    const std::size_t vectors = mode_ == OutputMode::full ? Network::outputs : 1;
    expr::for_blocks(factor.b_rows, block_rows, [&](std::size_t first, std::size_t count) {
      const auto vector = [&](TileGroup<const T> group, std::size_t output) {
        return group.from_row(factor.b_row + output * factor.b_rows + first);
      };
      for (std::size_t entry = 0; entry < entries(); entry += vectors) {
        const auto [output, first_right] = output_pair(mode_, Network::outputs, entry);
        const auto left = vector(i, output);
        open.find(left, count, pairs, vectors);
        expr::for_blocks(vectors, 2, [&](std::size_t next, std::size_t together) {
          const auto finish_of = [&](std::size_t p, std::size_t q, std::size_t second = 0) {
            return MultiplyAdd<T>{block.tile(entry + next + second, p, q), workspace.a_.tile(0, p, q)};
          };
          const auto right0 = vector(j, first_right + next);
          if (together == 1) return contract_pairs<block_rows>(left, right0, pairs, count, open, finish_of);
          contract_two_vectors<block_rows>(left, right0, vector(j, first_right + next + 1), pairs, count,
                                           open, finish_of);
        });
      }
    });
  }

  /// K_oo += A: the last Dense layer, whose cotangents are the unit vectors.
  void accumulate_identity(Workspace& workspace, TilePairs pairs, Block<T>& block) const {
    for (std::size_t entry = 0; entry < entries(); ++entry) {
      const OutputPair outputs = output_pair(mode_, Network::outputs, entry);
      if (outputs.left != outputs.right) continue;
      pairs.for_each([&](std::size_t p, std::size_t q) {
        const ScaleAdd<T> add{block.tile(entry, p, q), identity_weight()};
        const T* a = workspace.a_.tile(0, p, q);
        for (std::size_t at = 0; at < Block<T>::tile_size; at += simd::width<T>)
          add(at, simd::Batch<T>::load_aligned(a + at));
      });
    }
  }

  const T* theta_ = nullptr;
  OutputMode mode_;
  Realisations realisations_;
  expr::DrawnNoise<Network, T> noise_;
  UnfilledBuffer<T> packed_, transposed_;
};

/// The NTK of a network, outputs summed or averaged.
template <class Network, class T = double>
using Ntk = LocalKernel<Network, T, tangent::Reduction::trace>;

/// The NTK of a network, output by output.
template <class Network, class T = double>
using OutputNtk = LocalKernel<Network, T, tangent::Reduction::outputs>;

}  // namespace nntk
