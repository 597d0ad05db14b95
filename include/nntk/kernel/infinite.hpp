// SPDX-License-Identifier: BSD-3-Clause
//
// The infinite-width limit as a TileKernel: NNGP and NTK of a network whose hidden layers grow without bound
// (Jacot et al. 2018; Lee et al. 2019). The whole recursion is one map of (⟨x,x'⟩, ‖x‖², ‖x'‖²):
//
//   input   K⁰ = ⟨x, x'⟩/d,  Θ = 0                    then the rule of each stage (limit_layer.hpp,
//   limit_branch.hpp)
//
//   features of a tile   | x/‖x‖ | ‖x‖/√d | rows of each activation, for each realisation |
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
  using Values = typename PairRows<T>::V;
  static constexpr std::size_t stage_rows = limit_rows(typename Network::Stages{});
  static constexpr std::size_t first_stage_row = Network::inputs + 1;
  /// Stages that are compiled as one function.
  static constexpr std::size_t most_flat_stages = 9;

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
    T* deviation = to.tile(0) + Network::inputs * simd::lanes<T>;
    LimitSamples<T> samples;
    normalise(to.tile(0), samples, deviation);
    missed_.note(prepare_stages(samples, deviation + simd::lanes<T>));
  }

  /// The largest share of an activation's variance that a Hermite series missed on the samples prepared so
  /// far: a bound of the error of E[φ(u)φ(v)], relative to √(E[φ(u)²] E[φ(v)²]).
  [[nodiscard]] double missed() const { return missed_.value(); }

  void accumulate(Workspace& workspace, std::size_t /*step*/, TileGroup<const T> i, TileGroup<const T> j,
                  TilePairs /*pairs*/, Block<T>& block) const noexcept {
    T* cosine = workspace.cosine_.tile(0, 0, 0);
    contract_tile<T>(i.tile(0), j.tile(0), Network::inputs, Store<T>{cosine, V(T(0))});
    for (std::size_t row = 0; row < simd::lanes<T>; row += PairRows<T>::samples) {
      const std::size_t at = row * simd::lanes<T>;
      const PairRows<T> features{i.tile(0) + row, j.tile(0)};
      const Values cosines = Values::load_aligned(cosine + at);
      if constexpr (Network::Stages::size <= most_flat_stages) {
        store(evaluate_flat(features, cosines), at, block);
      } else {
        store(evaluate(features, cosines), at, block);
      }
    }
  }

 private:
  /// x ← x/‖x‖ in each lane (0 stays 0); ‖x‖²/d and its root.
  static void normalise(T* x, LimitSamples<T>& samples, T* deviation) {
    constexpr std::size_t lanes = simd::lanes<T>;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      T square = 0;
      for (std::size_t f = 0; f < Network::inputs; ++f) square += x[f * lanes + lane] * x[f * lanes + lane];
      const T inverse = square > 0 ? 1 / std::sqrt(square) : T(0);
      for (std::size_t f = 0; f < Network::inputs; ++f) x[f * lanes + lane] *= inverse;
      samples.variance[lane] = square / static_cast<T>(Network::inputs);
      deviation[lane] = std::sqrt(samples.variance[lane]);
    }
  }

  InfiniteKernel(InfiniteKind kind, OutputMode mode, const Realisations& realisations, std::vector<T> factors)
      : kind_(kind), mode_(mode), realisations_(realisations), factors_(std::move(factors)) {
    static_assert(
        has_infinite_width<Network>,
        "nntk: the infinite-width limit needs Dense before each activation, in each Residual body, before a "
        "Residual whose body ends with an activation, and before what draws a number a unit");
    AlignedBuffer<T> tile((rows() + 1) * simd::lanes<T>);  // a tile of zeros makes the tables of all stages
    prepare_stages({}, tile.data());
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
  double prepare_stages(const LimitSamples<T>& samples, T* to) const {
    double missed = 0;
    for (std::size_t r = 0; r < variants(); ++r) {
      LimitSamples<T> moving = samples;
      const T* factors = factors_of(r);
      missed = std::max(missed, prepare_limit(typename Network::Stages{}, moving, to, factors));
    }
    return missed;
  }

  /// A pair of realisations, one of the left and one of the right inputs, in the mean.
  struct Term {
    std::size_t left, right;
    bool is_same;
    T weight;
  };
  [[nodiscard]] std::size_t terms() const {
    if (realisations_.average == Average::kernel) return variants();
    return variants() > 1 ? variants() * variants() : std::min<std::size_t>(realisations_.count, 2);
  }
  [[nodiscard]] Term term(std::size_t index) const {
    const T share = T(1) / static_cast<T>(variants() > 1 ? variants() : realisations_.count);
    const std::size_t left = index / variants(), right = index % variants();
    if (realisations_.average == Average::kernel) return {index, index, true, variants() > 1 ? share : T(1)};
    if (variants() > 1) return {left, right, left == right, share * share};
    return {0, 0, index == 0, index == 0 ? share : 1 - share};
  }

  /// The kernel of pairs whose features begin at these, from their cosines.
  Values evaluate(const PairRows<T>& features, const Values& cosine) const {
    Values sum(0);
    for (std::size_t index = 0; index < terms(); ++index) {
      const auto [left, right, is_same, weight] = term(index);
      LimitPairs<T> pairs{{input_covariance(features, cosine), Values(0)},
                          {features.i + (first_stage_row + left * stage_rows) * simd::lanes<T>,
                           features.j + (first_stage_row + right * stage_rows) * simd::lanes<T>},
                          {factors_of(left), factors_of(right), is_same}};
      propagate_limit(typename Network::Stages{}, pairs);
      const auto& [covariance, theta] = pairs.values;
      sum = simd::fma(Values(weight), kind_ == InfiniteKind::nngp ? covariance.k() : theta, sum);
    }
    return sum;
  }

  /// With all stages in one function: four Dense layers take 9.4 ns a pair so, 11.5 where each stage is
  /// called. The compiler's time for it grows with the square of the depth.
  [[gnu::flatten]] Values evaluate_flat(const PairRows<T>& features, const Values& cosine) const {
    return evaluate(features, cosine);
  }

  /// e and f from the cosine, or from ‖x̂ ∓ x̂'‖² where the cosine would lose digits.
  static Defects<Values> input_covariance(const PairRows<T>& features, const Values& cosine) {
    const Values deviations = features.left(Network::inputs) * features.right(Network::inputs);
    Values below = Values(1) - cosine, above = Values(1) + cosine;
    const auto is_steep = simd::abs(cosine) > simd::broadcast<Values>(0.95);
    if (simd::any(is_steep)) {
      Values minus(0), plus(0);
      for (std::size_t f = 0; f < Network::inputs; ++f) {
        const Values x = features.left(f), y = features.right(f);
        minus = simd::fma(x - y, x - y, minus);
        plus = simd::fma(x + y, x + y, plus);
      }
      below = simd::select(is_steep, Values(T(0.5)) * minus, below);
      above = simd::select(is_steep, Values(T(0.5)) * plus, above);
    }
    return {deviations * below, deviations * above};
  }

  void store(const Values& value, std::size_t at, Block<T>& block) const {
    const Values scale(mode_ == OutputMode::sum ? T(Network::outputs) : T(1));
    for (std::size_t entry = 0; entry < entries(); ++entry) {
      const OutputPair pair = output_pair(mode_, Network::outputs, entry);
      (pair.left == pair.right ? scale * value : Values(0)).store_aligned(block.tile(entry, 0, 0) + at);
    }
  }

  InfiniteKind kind_;
  OutputMode mode_;
  Realisations realisations_;
  std::vector<T> factors_;
  mutable Maximum missed_{0.0};
};

}  // namespace nntk
