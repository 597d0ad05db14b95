// SPDX-License-Identifier: BSD-3-Clause
//
// The infinite-width limit as a TileKernel: NNGP and NTK of a network whose hidden layers grow without bound
// (Jacot et al. 2018; Lee et al. 2019). The whole recursion is one map of (⟨x,x'⟩, ‖x‖², ‖x'‖²):
//
//   input        K⁰ = ⟨x, x'⟩/d                       Θ = 0
//   Dense        K ← σ_w² K + σ_b²                    Θ ← K + σ_w² Θ
//   (standard)                                        Θ ← n_in K_in + [bias] + σ_w² Θ
//   activation   K ← E[φ(u)φ(v)]                      Θ ← Ṫ Θ
//   Residual     K ← K + α² K_body                    Θ ← Θ + α² Θ_body
//
//   features of a tile   | x/‖x‖ | ‖x‖²/d | rows of each activation |
//
// A pair costs d multiply-adds and the map; pairs within 18° of each other or of opposite get their angle
// from differences of the inputs, which costs 4 d more.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <concepts>
#include <cstddef>

#include "nntk/arch/network.hpp"
#include "nntk/kernel/block.hpp"
#include "nntk/kernel/contraction.hpp"
#include "nntk/kernel/expectation.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/outputs.hpp"

namespace nntk {

/// What is known of the values between two layers of an infinitely wide network.
struct LimitState {
  bool is_gaussian = false;  ///< an activation may follow
  bool is_fresh = false;     ///< centred and independent of what entered the branch: it may be added to it
  bool is_sound = true;
};

/// How a stage acts in the limit. Of layers that are not named below it is not known.
template <class Stage>
struct Limit {
  static constexpr LimitState after(LimitState /*state*/) { return {false, false, false}; }
};

template <class... Stage>
constexpr LimitState limit_state(arch::Stages<Stage...> /*stages*/, LimitState state) {
  ((state = Limit<Stage>::after(state)), ...);
  return state;
}

/// Whether the limit exists in the form above: activations see Gaussian values, branches end with Dense.
template <class Network>
inline constexpr bool has_infinite_width = limit_state(typename Network::Stages{}, LimitState{}).is_sound;

/// Covariance and Θ of a pair on its way through the layers.
template <class V>
struct LimitPair {
  Covariance<V> covariance;
  V theta;
};

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Limit<Bound<Dense<width, scale, p>, in, offset>> {
  static constexpr std::size_t rows = 0;
  static constexpr ExactSquare weight{scale.weight};
  static constexpr double bias = scale.bias * scale.bias;
  static constexpr LimitState after(LimitState state) { return {true, true, state.is_sound}; }

  template <class T>
  static double prepare(T* variance, T*& /*rows*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      variance[lane] = static_cast<T>(weight.high) * variance[lane] + static_cast<T>(bias);
    }
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& /*rows*/) {
    const V incoming = pair.covariance.k();
    pair.covariance = pair.covariance.scaled(weight);
    if constexpr (bias > 0)
      pair.covariance = pair.covariance + Covariance<V>::constant(simd::broadcast<V>(bias));
    const V own = p == Parameterisation::standard ? simd::broadcast<V>(static_cast<double>(in)) * incoming +
                                                        simd::broadcast<V>(bias > 0 ? 1.0 : 0.0)
                                                  : pair.covariance.k();
    pair.theta = own + weight.times(pair.theta);
  }
};

template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Limit<Bound<A, in, offset>> {
  static constexpr std::size_t rows = Expectation<A>::rows;
  static constexpr LimitState after(LimitState state) {
    if (std::same_as<A, Identity>) return state;
    return {false, false, state.is_sound && state.is_gaussian};
  }
  template <class T>
  static double prepare(T* variance, T*& to) {
    const double missed = Expectation<A>::prepare(variance, to);
    to += rows * simd::lanes<T>;
    return missed;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& features) {
    const Expected<V> expected = Expectation<A>::of(pair.covariance, features);
    features = features.from_row(rows);
    pair = {expected.covariance, expected.slope * pair.theta};
  }
};

/// Variances through the stages, leaving the features of a tile; the largest share of E[φ²] that a series
/// misses.
template <class... Stage, class T>
double prepare_limit(arch::Stages<Stage...> /*stages*/, T* variance, T*& rows) {
  double missed = 0;
  ((missed = std::max(missed, Limit<Stage>::prepare(variance, rows))), ...);
  return missed;
}
template <class... Stage, class V, class T>
void propagate_limit(arch::Stages<Stage...> /*stages*/, LimitPair<V>& pair, PairRows<T>& rows) {
  (Limit<Stage>::propagate(pair, rows), ...);
}

template <double scale, class... Body, std::size_t in, std::size_t offset>
struct Limit<Bound<Skip<ConstantFactor<scale>, Body...>, in, offset>> {
  using Inner = arch::Bind<in, offset, Body...>;
  template <class... Stage>
  static constexpr std::size_t rows_of(arch::Stages<Stage...> /*stages*/) {
    return (Limit<Stage>::rows + ... + std::size_t{0});
  }
  static constexpr std::size_t rows = rows_of(Inner{});
  static constexpr LimitState after(LimitState state) {
    const LimitState body = limit_state(Inner{}, {state.is_gaussian, false, state.is_sound});
    return {state.is_gaussian, state.is_fresh, body.is_sound && body.is_fresh};
  }

  template <class T>
  static double prepare(T* variance, T*& to) {
    alignas(simd::alignment) T body[simd::lanes<T>];
    std::copy_n(variance, simd::lanes<T>, body);
    const double missed = prepare_limit(Inner{}, body, to);
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      variance[lane] += static_cast<T>(scale * scale) * body[lane];
    return missed;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& features) {
    constexpr ExactSquare factor{scale};
    LimitPair<V> body = pair;
    propagate_limit(Inner{}, body, features);
    pair = {pair.covariance + body.covariance.scaled(factor), pair.theta + factor.times(body.theta)};
  }
};

enum class InfiniteKind { nngp, ntk };

template <class Network, class T>
class InfiniteKernel {
  using V = simd::Batch<T>;
  template <class... Stage>
  static constexpr std::size_t rows_of(arch::Stages<Stage...> /*stages*/) {
    return Network::inputs + 1 + (Limit<Stage>::rows + ... + std::size_t{0});
  }

 public:
  using Scalar = T;
  static constexpr std::size_t tiles_per_group = 1;

  class Workspace {
   public:
    explicit Workspace(const InfiniteKernel& /*kernel*/) : cosine_(1, 1) {}
    [[nodiscard]] std::size_t bytes() const { return cosine_.bytes(); }

   private:
    friend class InfiniteKernel;
    Block<T> cosine_;
  };

  InfiniteKernel(InfiniteKind kind, OutputMode mode) : kind_(kind), mode_(mode) {
    static_assert(
        has_infinite_width<Network>,
        "nntk: the infinite-width limit needs Dense before each activation and at the end of each Residual "
        "body");
    AlignedBuffer<T> tile((rows() + 1) * simd::lanes<T>);  // a tile of zeros makes the tables of all stages
    T* next = tile.data() + simd::lanes<T>;
    prepare_limit(typename Network::Stages{}, tile.data(), next);
  }

  [[nodiscard]] std::size_t rows() const { return rows_of(typename Network::Stages{}); }
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
    alignas(simd::alignment) T moving[simd::lanes<T>];
    std::copy_n(variance, simd::lanes<T>, moving);
    T* next = variance + simd::lanes<T>;
    note_missed(prepare_limit(typename Network::Stages{}, moving, next));
  }

  /// The largest share of an activation's variance that a Hermite series missed on the samples prepared so
  /// far: a bound of the error of E[φ(u)φ(v)], relative to √(E[φ(u)²] E[φ(v)²]).
  [[nodiscard]] double missed() const { return missed_; }

  void accumulate(Workspace& workspace, std::size_t /*step*/, TileGroup<const T> i, TileGroup<const T> j,
                  TilePairs /*pairs*/, Block<T>& block) const noexcept {
    T* cosine = workspace.cosine_.tile(0, 0, 0);
    contract_tile<T>(i.tile(0), j.tile(0), Network::inputs, Store<T>{cosine, V(T(0))});
    for (std::size_t row = 0; row < simd::lanes<T>; ++row) {
      for (std::size_t lane = 0; lane < simd::lanes<T>; lane += simd::width<T>) {
        const std::size_t at = row * simd::lanes<T> + lane;
        const PairRows<T> rows{i.tile(0) + row, j.tile(0) + lane};
        store(value(rows, V::load_aligned(cosine + at)), at, block);
      }
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

  V value(PairRows<T> features, V cosine) const {
    const PairRows<T> rest = features.from_row(Network::inputs);
    LimitPair<V> pair{input_covariance(features, cosine, rest.left(0), rest.right(0)), V(0)};
    PairRows<T> rows = rest.from_row(1);
    propagate_limit(typename Network::Stages{}, pair, rows);
    return kind_ == InfiniteKind::nngp ? pair.covariance.k() : pair.theta;
  }

  /// e and f from the cosine, or from ‖x̂ ∓ x̂'‖² where the cosine would lose digits.
  static Covariance<V> input_covariance(PairRows<T> features, V cosine, V p, V q) {
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

  void note_missed(double share) const {
    double known = missed_;
    while (known < share && !missed_.compare_exchange_weak(known, share)) {
    }
  }

  InfiniteKind kind_;
  OutputMode mode_;
  mutable std::atomic<double> missed_ = 0.0;
};

}  // namespace nntk
