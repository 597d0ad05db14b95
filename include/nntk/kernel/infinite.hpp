// SPDX-License-Identifier: BSD-3-Clause
//
// The infinite-width limit as a TileKernel: NNGP and NTK of a network whose hidden layers grow without bound
// (Jacot et al. 2018; Lee et al. 2019). The whole recursion is one map of (⟨x,x'⟩, ‖x‖², ‖x'‖²):
//
//   input   K⁰ = ⟨x, x'⟩/d,  Θ = 0                    then the rule of each stage (limit_layer.hpp,
//   limit_branch.hpp)
//
//   features of a tile   | x/‖x‖ | ‖x‖²/d | rows of each activation, for each realisation |
//
// A pair costs d multiply-adds and the map; pairs within 18° of each other or of opposite get their angle
// from differences of the inputs, which costs 4 d more.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "nntk/arch/network.hpp"
#include "nntk/expr/noise.hpp"
#include "nntk/kernel/block.hpp"
#include "nntk/kernel/contraction.hpp"
#include "nntk/kernel/extreme.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/limit_branch.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/realisations.hpp"

namespace nntk {

enum class InfiniteKind { nngp, ntk };

template <class Network, class T>
class InfiniteKernel {
  using V = simd::Batch<T>;
  using Values = std::array<V, simd::registers_per_row>;
  static constexpr std::size_t stage_rows = limit_rows(typename Network::Stages{});
  static constexpr std::size_t first_stage_row = Network::inputs + 1;

  template <class L>
  static constexpr bool is_branch_factor = requires(const T* noise) { L::of(noise); };

 public:
  using Scalar = T;
  static constexpr std::size_t tiles_per_group = 1;
  /// Branches whose factor is drawn.
  static constexpr std::size_t branch_count = [] {
    std::size_t count = 0;
    arch::for_each_noise(typename Network::Stages{},
                         [&]<class L>(std::size_t /*count*/) { count += is_branch_factor<L> ? 1 : 0; });
    return count;
  }();

  class Workspace {
   public:
    explicit Workspace(const InfiniteKernel& /*kernel*/) : cosine_(1, 1) {}
    [[nodiscard]] std::size_t bytes() const { return cosine_.bytes(); }

   private:
    friend class InfiniteKernel;
    Block<T> cosine_;
  };

  /// Of a stochastic network the mean kernel of its realisations, or the kernel of their mean. Cost of a
  /// pair: R, or R², times the map; where no branch is drawn all realisations are alike, and it is once, or
  /// twice. Allocates their factors.
  InfiniteKernel(InfiniteKind kind, OutputMode mode, const Realisations& realisations = {})
      : InfiniteKernel(kind, mode, realisations, draw_factors(realisations)) {}

  /// With the factors of the branches that draw given, branch_count of them in their order, any numbers: what
  /// stands for b in b α. So the scales of branches can be chosen at run time.
  InfiniteKernel(InfiniteKind kind, OutputMode mode, const std::array<T, branch_count>& factors)
      : InfiniteKernel(kind, mode, Realisations{}, {factors.begin(), factors.end()}) {}

  [[nodiscard]] std::size_t rows() const { return first_stage_row + variants() * stage_rows; }
  [[nodiscard]] std::size_t entries() const { return entries_of(mode_, Network::outputs); }
  [[nodiscard]] std::size_t mirrored(std::size_t entry) const {
    return mirrored_entry(mode_, Network::outputs, entry);
  }
  [[nodiscard]] std::size_t steps() const { return 1; }
  [[nodiscard]] bool accumulates(std::size_t /*step*/) const { return true; }
  [[nodiscard]] std::size_t items(std::size_t /*step*/, const Features<T>& features) const {
    return features.groups();
  }

  void prepare(Workspace& /*workspace*/, std::size_t /*step*/, std::size_t group, const Inputs& inputs,
               Features<T>& features) const noexcept {
    const TileGroup<T> to = features.group(group);
    load_inputs(inputs, features.first_tile(group), to);
    T* variance = to.tile(0) + Network::inputs * simd::lanes<T>;
    normalise(to.tile(0), variance);
    missed_.note(prepare_stages(variance, variance + simd::lanes<T>));
  }

  /// The largest share of an activation's variance that a Hermite series missed on the samples prepared so
  /// far: a bound of the error of E[φ(u)φ(v)], relative to √(E[φ(u)²] E[φ(v)²]).
  [[nodiscard]] double missed() const { return missed_.value(); }

  void accumulate(Workspace& workspace, std::size_t /*step*/, TileGroup<const T> i, TileGroup<const T> j,
                  TilePairs /*pairs*/, Block<T>& block) const noexcept {
    T* cosine = workspace.cosine_.tile(0, 0, 0);
    contract_tile<T>(i.tile(0), j.tile(0), Network::inputs, Store<T>{cosine, V(T(0))});
    for (std::size_t row = 0; row < simd::lanes<T>; ++row) {
      const Values values = evaluate({i.tile(0) + row, j.tile(0)}, cosine + row * simd::lanes<T>);
      for (std::size_t v = 0; v < values.size(); ++v)
        store(values[v], row * simd::lanes<T> + v * simd::width<T>, block);
    }
  }

 private:
  /// x ← x/‖x‖ in each lane (0 stays 0), variance ← ‖x‖²/d.
  static void normalise(T* x, T* variance) {
    constexpr std::size_t lanes = simd::lanes<T>;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      T square = 0;
      for (std::size_t f = 0; f < Network::inputs; ++f) square += x[f * lanes + lane] * x[f * lanes + lane];
      const T inverse = square > 0 ? 1 / std::sqrt(square) : T(0);
      for (std::size_t f = 0; f < Network::inputs; ++f) x[f * lanes + lane] *= inverse;
      variance[lane] = square / static_cast<T>(Network::inputs);
    }
  }

  InfiniteKernel(InfiniteKind kind, OutputMode mode, const Realisations& realisations, std::vector<T> factors)
      : kind_(kind), mode_(mode), realisations_(realisations), factors_(std::move(factors)) {
    static_assert(
        has_infinite_width<Network>,
        "nntk: the infinite-width limit needs Dense before each activation, in each Residual body, before a "
        "Residual whose body ends with an activation, and before what draws a number a unit");
    AlignedBuffer<T> tile((rows() + 1) * simd::lanes<T>);  // a tile of zeros makes the tables of all stages
    prepare_stages(tile.data(), tile.data() + simd::lanes<T>);
  }

  /// The branch factors of each realisation.
  static std::vector<T> draw_factors(const Realisations& realisations) {
    std::vector<T> factors;
    for (std::size_t r = 0; r < realisations.count; ++r) {
      const auto noise = expr::realisation<Network, T>(realisations.seed, realisations.first + r);
      std::size_t at = 0;
      arch::for_each_noise(typename Network::Stages{}, [&]<class L>(std::size_t count) {
        if constexpr (is_branch_factor<L>) factors.push_back(noise[at]);
        at += count;
      });
    }
    return factors;
  }
  /// Realisations that differ.
  [[nodiscard]] std::size_t variants() const { return factors_.empty() ? 1 : realisations_.count; }
  [[nodiscard]] const T* factors_of(std::size_t r) const {
    return factors_.data() + r * (factors_.size() / realisations_.count);
  }

  /// The rows of all stages and realisations; the largest share that a series misses.
  double prepare_stages(const T* variance, T* to) const {
    double missed = 0;
    for (std::size_t r = 0; r < variants(); ++r) {
      LimitSamples<T> moving;
      std::copy_n(variance, simd::lanes<T>, moving.variance.data());
      const T* factors = factors_of(r);
      missed = std::max(missed, prepare_limit(typename Network::Stages{}, moving, to, factors));
    }
    return missed;
  }

  /// The kernel of one sample and a row of others, whose features begin at these, from their cosines.
  Values evaluate(const PairRows<T>& features, const T* cosine) const {
    LimitRow<T> inputs{{}, features.from_row(first_stage_row), {}};
    for (std::size_t v = 0; v < inputs.pairs.size(); ++v) {
      const PairRows<T> rows{features.i, features.j + v * simd::width<T>};
      inputs.pairs[v] = {input_covariance(rows, V::load_aligned(cosine + v * simd::width<T>)), V(T(0))};
    }
    const T share = T(1) / static_cast<T>(realisations_.count);
    const bool is_network = realisations_.average == Average::network;
    Values sum;
    sum.fill(V(T(0)));
    if (variants() == 1) {
      add(inputs, 0, 0, true, is_network ? share : T(1), sum);
      if (is_network && realisations_.count > 1) add(inputs, 0, 0, false, 1 - share, sum);
      return sum;
    }
    for (std::size_t r = 0; r < variants(); ++r) {
      for (std::size_t s = is_network ? 0 : r; s < (is_network ? variants() : r + 1); ++s)
        add(inputs, r, s, r == s, is_network ? share * share : share, sum);
    }
    return sum;
  }
  /// sum += weight · the kernel of variant r for the left input and s for the right ones, in one realisation
  /// or in two.
  void add(LimitRow<T> row, std::size_t r, std::size_t s, bool is_same, T weight, Values& sum) const {
    row.features.i += r * stage_rows * simd::lanes<T>;
    row.features.j += s * stage_rows * simd::lanes<T>;
    row.draws = {factors_of(r), factors_of(s), is_same};
    propagate_limit(typename Network::Stages{}, row);
    for (std::size_t v = 0; v < sum.size(); ++v) {
      const LimitPair<V>& pair = row.pairs[v];
      sum[v] = simd::fma(V(weight), kind_ == InfiniteKind::nngp ? pair.covariance.k() : pair.theta, sum[v]);
    }
  }

  /// e and f from the cosine, or from ‖x̂ ∓ x̂'‖² where the cosine would lose digits.
  static Covariance<V> input_covariance(const PairRows<T>& features, V cosine) {
    const V p = features.left(Network::inputs), q = features.right(Network::inputs);
    const V deviations = xsimd::sqrt(p * q);
    V below = V(1) - cosine, above = V(1) + cosine;
    const auto is_steep = xsimd::abs(cosine) > simd::broadcast<V>(0.95);
    if (xsimd::any(is_steep)) {
      V minus(0), plus(0);
      for (std::size_t f = 0; f < Network::inputs; ++f) {
        const V x = features.left(f), y = features.right(f);
        minus = simd::fma(x - y, x - y, minus);
        plus = simd::fma(x + y, x + y, plus);
      }
      below = xsimd::select(is_steep, V(0.5) * minus, below);
      above = xsimd::select(is_steep, V(0.5) * plus, above);
    }
    return {p, q, deviations * below, deviations * above};
  }

  void store(V value, std::size_t at, Block<T>& block) const {
    const V scale(mode_ == OutputMode::sum ? T(Network::outputs) : T(1));
    for (std::size_t entry = 0; entry < entries(); ++entry) {
      const OutputPair pair = output_pair(mode_, Network::outputs, entry);
      (pair.left == pair.right ? scale * value : V(T(0))).store_aligned(block.tile(entry, 0, 0) + at);
    }
  }

  InfiniteKind kind_;
  OutputMode mode_;
  Realisations realisations_;
  std::vector<T> factors_;
  mutable Maximum missed_{0.0};
};

}  // namespace nntk
