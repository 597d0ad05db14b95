// SPDX-License-Identifier: BSD-3-Clause
//
// The rule of x + α · body(x) at infinite width (limit.hpp). Units of the body are independent of those of x
// but for the means over units, so that with C = K − m m'
//
//   K ← C + α² C_body + (m + α m_body)(m' + α m'_body)        Θ ← Θ + α² Θ_body
//
// A branch that ends with Dense has no mean: K ← K + α² K_body. Of a stochastic depth α is as drawn, 0 or
// its scale.
#pragma once

#include <algorithm>
#include <cstddef>

#include "nntk/kernel/limit_layer.hpp"

namespace nntk {

/// The next factor of a branch: its constant, or the one that was drawn.
template <class Factor, class T>
T take_factor(const T*& drawn) {
  const T factor = Factor::of(drawn);
  drawn += Factor::noise_count;
  return factor;
}

/// What the branch is multiplied by for either input: the same, or 0 for one of them.
template <class T>
struct BranchFactors {
  T left, right;
  ExactSquare left_square, right_square, both;

  BranchFactors(T left_factor, T right_factor)
      : left(left_factor),
        right(right_factor),
        left_square(static_cast<double>(left)),
        right_square(static_cast<double>(right)),
        both(left == 0 ? left_square : right_square) {}

  /// Covariance of the branch behind its factor.
  template <class V>
  [[nodiscard]] Covariance<V> scale(const Covariance<V>& c) const {
    return {left_square.times(c.p), right_square.times(c.q), both.times(c.e), both.times(c.f)};
  }
};

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Limit<Bound<Skip<Factor, Body...>, in, offset>> {
  using Inner = arch::Bind<in, offset, Body...>;
  /// Whether the branch adds to the mean over units: then m and m_body are features, behind E[u²] of both.
  static constexpr bool moves_mean = limit_state(Inner{}, {}).has_mean;
  static constexpr std::size_t rows = limit_rows(Inner{}) + (moves_mean ? 4 : 2);

  static constexpr LimitState after(LimitState state) {
    LimitState entering = state;
    entering.is_fresh = false;
    const LimitState body = limit_state(Inner{}, entering);
    return {state.is_gaussian && body.is_gaussian, state.is_wide, state.is_fresh,
            state.has_mean || body.has_mean,
            body.is_sound && body.is_fresh && (state.is_wide || !body.has_mean)};
  }

  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& factors) {
    LimitSamples<T> body = samples;
    const T factor = take_factor<Factor>(factors);
    const double missed = prepare_limit(Inner{}, body, to, factors);
    const auto put = [&](const auto& row) { to = std::ranges::copy(row, to).out; };
    put(samples.variance), put(body.variance);
    if constexpr (moves_mean) put(samples.mean), put(body.mean);
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      T& mean = samples.mean[lane];
      const T added = factor * body.mean[lane];
      samples.variance[lane] += factor * factor * body.variance[lane] + 2 * mean * added;
      mean += added;
    }
    return missed;
  }
  template <class T>
  static void propagate(LimitPairs<T>& pairs) {
    LimitPairs<T> body = pairs;
    const T left = take_factor<Factor>(body.draws.left), right = take_factor<Factor>(body.draws.right);
    const BranchFactors<T> factors(left, right);
    propagate_limit(Inner{}, body);
    auto& [covariance, theta] = pairs.values;
    theta = theta + factors.both.times(body.values.theta);
    const PairRows<T>& own = body.features;
    const Covariance skip(own.left(0), own.right(0), covariance);
    const Covariance added(own.left(1), own.right(1), body.values.covariance);
    covariance = sum(skip, added, factors, own.from_row(2));
    pairs.features = own.from_row(moves_mean ? 4 : 2);
    pairs.draws = body.draws;
  }

 private:
  template <class V, class T>
  static Covariance<V> sum(const Covariance<V>& skip, const Covariance<V>& body,
                           const BranchFactors<T>& factors, const PairRows<T>& means) {
    if constexpr (moves_mean) {
      const V m = means.left(0), n = means.right(0), body_m = means.left(1), body_n = means.right(1);
      return skip.centred(m, n) + factors.scale(body.centred(body_m, body_n)) +
             Covariance<V>::means(m + V(factors.left) * body_m, n + V(factors.right) * body_n);
    } else {
      return skip + factors.scale(body);
    }
  }
};

/// Whether the limit exists in the form above: activations see Gaussian values, branches contain Dense.
template <class Network>
inline constexpr bool has_infinite_width = limit_state(typename Network::Stages{}, LimitState{}).is_sound;

}  // namespace nntk
