// SPDX-License-Identifier: BSD-3-Clause
//
// What each stage of a network does to a pair of inputs as its hidden layers grow without bound (Jacot et al.
// 2018; Lee et al. 2019): rules for K = E[uv] and for Θ, in limit_layer.hpp and limit_branch.hpp.
//
//   of a tile    E[u²], m             ──prepare──▶    features, of each stage
//   of a pair    K, Θ, features       ──propagate──▶  K, Θ
//
// m is the mean over units, 0 behind Dense and E[φ(u)] behind an activation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "nntk/arch/network.hpp"
#include "nntk/kernel/covariance.hpp"
#include "nntk/kernel/expectation.hpp"

namespace nntk {

/// What is known of the values between two layers of an infinitely wide network.
struct LimitState {
  bool is_gaussian = false;  ///< an activation may follow
  bool is_wide = false;      ///< a mean over units is an expectation
  bool is_fresh = false;     ///< independent of what entered the branch: it may be added to it
  bool has_mean = false;     ///< the mean over units may differ from 0
  bool is_sound = true;
};

/// How a stage acts in the limit. Of layers that are not named below it is not known.
template <class Stage>
struct Limit {
  static constexpr LimitState after(LimitState /*state*/) { return {.is_sound = false}; }
};

template <class... Stage>
constexpr LimitState limit_state(arch::Stages<Stage...> /*stages*/, LimitState state) {
  ((state = Limit<Stage>::after(state)), ...);
  return state;
}

/// What is known of a tile of samples on its way through the layers: E[u²], and the mean over units.
template <class T>
struct LimitSamples {
  alignas(simd::alignment) std::array<T, simd::lanes<T>> variance = {}, mean = {};
};

/// Covariance and Θ of a pair on its way through the layers. Its variances are features of its samples.
template <class V>
struct LimitPair {
  Defects<V> covariance;
  V theta;
};

/// What the stages of a stochastic network have drawn: factors of the branches that are still ahead, in the
/// realisation of either input. Units average over their own noise, which both have in common if it is one.
template <class T>
struct LimitDraws {
  const T *left, *right;
  bool is_same;
};

/// Rows of features that the stages leave.
template <class... Stage>
constexpr std::size_t limit_rows(arch::Stages<Stage...> /*stages*/) {
  return (Limit<Stage>::rows + ... + std::size_t{0});
}

/// Variances through the stages, leaving the features of a tile; the largest share of E[φ²] that a series
/// misses.
template <class... Stage, class T>
double prepare_limit(arch::Stages<Stage...> /*stages*/, LimitSamples<T>& samples, T*& rows,
                     const T*& factors) {
  double missed = 0;
  ((missed = std::max(missed, Limit<Stage>::prepare(samples, rows, factors))), ...);
  return missed;
}

/// Two samples against a tile of others: pairs that go through the layers side by side, so that none waits
/// for its own roots and quotients alone.
template <class T>
struct LimitPairs {
  LimitPair<typename PairRows<T>::V> values;
  PairRows<T> features;  ///< of the stages that are ahead
  LimitDraws<T> draws;
};

/// A rule needs the pairs and their features; that of a branch all that there is.
template <class Stage, class T>
void propagate_stage(LimitPairs<T>& pairs) {
  if constexpr (requires { Limit<Stage>::propagate(pairs); }) {
    Limit<Stage>::propagate(pairs);
  } else {
    Limit<Stage>::propagate(pairs.values, pairs.features, pairs.draws.is_same);
    pairs.features = pairs.features.from_row(Limit<Stage>::rows);
  }
}
template <class... Stage, class T>
void propagate_limit(arch::Stages<Stage...> /*stages*/, LimitPairs<T>& pairs) {
  (propagate_stage<Stage>(pairs), ...);
}

}  // namespace nntk
