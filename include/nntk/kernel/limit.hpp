// SPDX-License-Identifier: BSD-3-Clause
//
// What each stage of a network does to a pair of inputs as its hidden layers grow without bound (Jacot et al.
// 2018; Lee et al. 2019): rules for K = E[uv] and for Θ.
//
//   Dense             K ← σ_w² K + σ_b²              Θ ← K + σ_w² Θ
//   (standard)                                       Θ ← n_in K_in + [bias] + σ_w² Θ
//   activation        K ← E[φ(u)φ(v)]                Θ ← Ṫ Θ
//   Residual          K ← C + α² C_body + (m + α m_body)(m' + α m'_body)     Θ ← Θ + α² Θ_body
//   StochasticDepth   as drawn: α is 0 or 1
//   Dropout<p>        K ← K/(1−p)                    Θ ← Θ/(1−p)         of one realisation
//                     E[u²] alone ← E[u²]/(1−p)      Θ                   between two of them
//   Noise<σ>          K ← K + σ²                     Θ                   of one realisation
//                     E[u²] alone ← E[u²] + σ²       Θ                   between two of them
//
// m is the mean over units, 0 behind Dense and E[φ(u)] behind an activation, and C = K − m m'. A branch that
// ends with an activation adds to the units what is independent of them but for both means.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include "nntk/arch/network.hpp"
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

/// Whether the limit exists in the form above: activations see Gaussian values, branches contain Dense.
template <class Network>
inline constexpr bool has_infinite_width = limit_state(typename Network::Stages{}, LimitState{}).is_sound;

/// What is known of a tile of samples on its way through the layers: E[u²], and the mean over units.
template <class T>
struct LimitSamples {
  alignas(simd::alignment) std::array<T, simd::lanes<T>> variance = {}, mean = {};
};

/// Covariance and Θ of a pair on its way through the layers.
template <class V>
struct LimitPair {
  Covariance<V> covariance;
  V theta;
};

/// What the stages of a stochastic network have drawn: factors of the branches that are still ahead, in the
/// realisation of either input. Units average over their own noise, which both have in common if it is one.
template <class T>
struct LimitDraws {
  const T *left, *right;
  bool is_same;
};

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Limit<Bound<Dense<width, scale, p>, in, offset>> {
  static constexpr std::size_t rows = 0;
  static constexpr ExactSquare weight{scale.weight};
  static constexpr double bias = scale.bias * scale.bias;
  static constexpr LimitState after(LimitState state) { return {true, true, true, false, state.is_sound}; }

  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& /*rows*/, const T*& /*factors*/) {
    for (T& variance : samples.variance)
      variance = static_cast<T>(weight.high) * variance + static_cast<T>(bias);
    samples.mean.fill(T(0));
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& /*rows*/, LimitDraws<T>& /*draws*/) {
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
    return {false, state.is_wide, state.is_fresh, true, state.is_sound && state.is_gaussian};
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    const auto before = samples.variance;
    const double missed = Expectation<A>::prepare(samples.variance.data(), to);
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      samples.mean[lane] = mean_of(samples.mean[lane], before[lane], to + lane);
    to += rows * simd::lanes<T>;
    return missed;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& features, LimitDraws<T>& /*draws*/) {
    const Expected<V> expected = Expectation<A>::of(pair.covariance, features);
    features = features.from_row(rows);
    pair = {expected.covariance, expected.slope * pair.theta};
  }

 private:
  /// In closed form, or the coefficient of order 0 of a series.
  template <class T>
  static T mean_of(T incoming, T variance, const T* features) {
    if constexpr (std::same_as<A, Identity>) {
      return incoming;
    } else if constexpr (requires { Expectation<A>::mean_row; }) {
      return features[Expectation<A>::mean_row * simd::lanes<T>];
    } else {
      return static_cast<T>(Expectation<A>::mean(static_cast<double>(variance)));
    }
  }
};

/// m ∘ x of mean 1 and E[m²] = 1/(1 − p): one mask multiplies both inputs by that, two leave K as it is.
template <double drop, std::size_t in, std::size_t offset>
struct Limit<Bound<Dropout<drop>, in, offset>> {
  static constexpr std::size_t rows = 0;
  static constexpr LimitState after(LimitState state) {
    return {false, state.is_wide, state.is_fresh, state.has_mean, state.is_sound && state.is_wide};
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& /*rows*/, const T*& /*factors*/) {
    for (T& variance : samples.variance) variance /= static_cast<T>(1 - drop);
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& /*rows*/, LimitDraws<T>& draws) {
    const V factor = simd::broadcast<V>(1 / (1 - drop)), excess = simd::broadcast<V>(drop / (1 - drop));
    auto& [p, q, e, f] = pair.covariance;
    const V apart = excess * pair.covariance.deviations();
    p = factor * p, q = factor * q;
    e = draws.is_same ? factor * e : e + apart;
    f = draws.is_same ? factor * f : f + apart;
    if (draws.is_same) pair.theta = factor * pair.theta;
  }
};

/// x + σ ξ of the units: a pair with u = v of variance σ², or an independent one.
template <double deviation, std::size_t in, std::size_t offset>
struct Limit<Bound<Noise<deviation>, in, offset>> {
  static constexpr std::size_t rows = 0;
  static constexpr double variance_added = deviation * deviation;
  static constexpr LimitState after(LimitState state) {
    state.is_sound = state.is_sound && state.is_wide;
    return state;
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& /*rows*/, const T*& /*factors*/) {
    for (T& variance : samples.variance) variance += static_cast<T>(variance_added);
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& /*rows*/, LimitDraws<T>& draws) {
    const V added = simd::broadcast<V>(variance_added);
    const auto noise =
        draws.is_same ? Covariance<V>::constant(added) : Covariance<V>{added, added, added, added};
    pair.covariance = pair.covariance + noise;
  }
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
template <class... Stage, class V, class T>
void propagate_limit(arch::Stages<Stage...> /*stages*/, LimitPair<V>& pair, PairRows<T>& rows,
                     LimitDraws<T>& draws) {
  (Limit<Stage>::propagate(pair, rows, draws), ...);
}

/// The next factor of a branch: its constant, or the one that was drawn.
template <class Factor, class T>
T take_factor(const T*& drawn) {
  const T factor = Factor::of(drawn);
  drawn += Factor::noise_count;
  return factor;
}

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Limit<Bound<Skip<Factor, Body...>, in, offset>> {
  using Inner = arch::Bind<in, offset, Body...>;
  /// Whether the branch adds to the mean over units: then m and m_body are features.
  static constexpr bool moves_mean = limit_state(Inner{}, {}).has_mean;
  static constexpr std::size_t rows = limit_rows(Inner{}) + (moves_mean ? 2 : 0);

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
    if constexpr (moves_mean) {
      std::ranges::copy(samples.mean, to);
      std::ranges::copy(body.mean, to + simd::lanes<T>);
      to += 2 * simd::lanes<T>;
    }
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      T& mean = samples.mean[lane];
      const T added = factor * body.mean[lane];
      samples.variance[lane] += factor * factor * body.variance[lane] + 2 * mean * added;
      mean += added;
    }
    return missed;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, PairRows<T>& features, LimitDraws<T>& draws) {
    const T left_factor = take_factor<Factor>(draws.left), right_factor = take_factor<Factor>(draws.right);
    const ExactSquare left(static_cast<double>(left_factor)), right(static_cast<double>(right_factor));
    const ExactSquare both = left.high == 0 ? left : right;
    LimitPair<V> body = pair;
    propagate_limit(Inner{}, body, features, draws);
    pair.theta = pair.theta + both.times(body.theta);
    const auto scaled = [&](const Covariance<V>& c) {
      return Covariance<V>{left.times(c.p), right.times(c.q), both.times(c.e), both.times(c.f)};
    };
    if constexpr (moves_mean) {
      const V m = features.left(0), n = features.right(0), body_m = features.left(1),
              body_n = features.right(1);
      features = features.from_row(2);
      pair.covariance = pair.covariance.centred(m, n) + scaled(body.covariance.centred(body_m, body_n)) +
                        Covariance<V>::means(m + V(left_factor) * body_m, n + V(right_factor) * body_n);
    } else {
      pair.covariance = pair.covariance + scaled(body.covariance);
    }
  }
};

}  // namespace nntk
