// SPDX-License-Identifier: BSD-3-Clause
//
// The rules of the layers at infinite width (limit.hpp):
//
//   Dense             K ← σ_w² K + σ_b²              Θ ← K + σ_w² Θ
//   (standard)                                       Θ ← n_in K_in + [bias] + σ_w² Θ
//   activation        K ← E[φ(u)φ(v)]                Θ ← Ṫ Θ
//   Dropout<p>        K ← K/(1−p)                    Θ ← Θ/(1−p)         of one realisation
//                     E[u²] alone ← E[u²]/(1−p)      Θ                   between two of them
//   Noise<σ>          K ← K + σ²                     Θ                   of one realisation
//                     E[u²] alone ← E[u²] + σ²       Θ                   between two of them
//   Frequencies       K ← (2πσ)² K                   Θ ← (2πσ)² Θ
//   SinCos            K ← e^{−E[(u−v)²]/2}/2         Θ ← K Θ             (Rahimi and Recht 2007)
//   LayerNorm         K ← C/√((p+ε)(q+ε))             Θ ← Θ/√((p+ε)(q+ε))
//
// C = K − m m' is the covariance of the units, p and q are its variances.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <numbers>
#include <utility>

#include "nntk/kernel/limit.hpp"

namespace nntk {

/// Biases turn the pair (σ_w a, σ_w b) of deviations, into (a', b'), by angles tan φ = β/(σ_w a), and their
/// difference is what the defect grows by:
///
///   a'b' − (σ_w² ab + β²) = 2 a'b' sin²((φ − φ')/2) = (S C' − C S')²,   C² = (a' + σ_w a)/√2,  S = β/(√2 C)
///
/// Features, of a layer with biases: S and C, so that a pair takes neither root nor quotient.
/// Of n_in incoming units, where the parameterisation asks for them: so that layers alike are compiled once.
template <Scale scale, std::size_t in>
struct DenseLimit {
  static constexpr ExactSquare weight{scale.weight};
  static constexpr double bias = scale.bias * scale.bias;
  static constexpr std::size_t rows = bias > 0 ? 2 : 0;
  static constexpr LimitState after(LimitState state) { return {true, true, true, false, state.is_sound}; }

  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      T& variance = samples.variance[lane];
      variance *= static_cast<T>(weight.high);
      if constexpr (bias > 0) {
        const T before = std::sqrt(variance);
        variance += static_cast<T>(bias);
        const T cosine = std::sqrt((std::sqrt(variance) + before) * static_cast<T>(std::numbers::sqrt2 / 2));
        to[lane] = static_cast<T>(scale.bias * std::numbers::sqrt2 / 2) / cosine;
        to[simd::lanes<T> + lane] = cosine;
      }
    }
    to += rows * simd::lanes<T>;
    samples.mean.fill(T(0));
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& features, bool /*is_same*/) {
    const V incoming = pair.covariance.k();
    pair.covariance = pair.covariance.scaled(weight);
    if constexpr (bias > 0) add_bias(pair.covariance, features);
    const V own = in > 0 ? simd::broadcast<V>(static_cast<double>(in)) * incoming +
                               simd::broadcast<V>(bias > 0 ? 1.0 : 0.0)
                         : pair.covariance.k();
    pair.theta = own + weight.times(pair.theta);
  }

 private:
  /// Equal samples leave 0: both products round alike.
  template <class V, class T>
  static void add_bias(Defects<V>& c, const PairRows<T>& features) {
    const V turn = features.left(0) * features.right(1) - features.left(1) * features.right(0);
    c = {simd::fma(turn, turn, c.e), simd::fma(turn, turn, c.f + simd::broadcast<V>(2 * bias))};
  }
};

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Limit<Bound<Dense<width, scale, p>, in, offset>>
    : DenseLimit<scale, p == Parameterisation::standard ? in : 0> {};

/// Features: E[u²], then those of the law.
template <class A>
struct ActivationLimit {
  static constexpr std::size_t rows = 1 + Expectation<A>::rows;
  static constexpr LimitState after(LimitState state) {
    if (std::same_as<A, Identity>) return state;
    return {false, state.is_wide, state.is_fresh, true, state.is_sound && state.is_gaussian};
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    const T* before = to;
    std::ranges::copy(samples.variance, to);
    to += simd::lanes<T>;
    const double missed = Expectation<A>::prepare(samples.variance.data(), to);
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane)
      samples.mean[lane] = mean_of(samples.mean[lane], before[lane], to + lane);
    to += Expectation<A>::rows * simd::lanes<T>;
    return missed;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& features, bool /*is_same*/) {
    const Covariance<V> covariance(features.left(0), features.right(0), pair.covariance);
    const Expected<V> expected = Expectation<A>::of(covariance, features.from_row(1));
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

template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Limit<Bound<A, in, offset>> : ActivationLimit<A> {};

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
  static void propagate(LimitPair<V>& pair, const PairRows<T>& /*features*/, bool is_same) {
    const V factor = simd::broadcast<V>(1 / (1 - drop)), excess = simd::broadcast<V>(drop / (1 - drop));
    auto& [e, f] = pair.covariance;
    const V apart = excess * pair.covariance.deviations();
    e = is_same ? factor * e : e + apart;
    f = is_same ? factor * f : f + apart;
    if (is_same) pair.theta = factor * pair.theta;
  }
};

/// x + σ ξ of the units: a pair with u = v of variance σ², or an independent one. Features: E[u²].
template <double deviation, std::size_t in, std::size_t offset>
struct Limit<Bound<Noise<deviation>, in, offset>> {
  static constexpr std::size_t rows = 1;
  static constexpr double variance_added = deviation * deviation;
  static constexpr LimitState after(LimitState state) {
    state.is_sound = state.is_sound && state.is_wide;
    return state;
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    std::ranges::copy(samples.variance, to);
    to += simd::lanes<T>;
    for (T& variance : samples.variance) variance += static_cast<T>(variance_added);
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& features, bool is_same) {
    const V added = simd::broadcast<V>(variance_added);
    const auto noise = is_same ? Covariance<V>::constant(added) : Covariance<V>{added, added, added, added};
    pair.covariance = Covariance<V>(features.left(0), features.right(0), pair.covariance) + noise;
  }
};

template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct Limit<Bound<Frequencies<count, scale>, in, offset>> {
  static constexpr std::size_t rows = 0;
  static constexpr ExactSquare weight{2 * std::numbers::pi * scale};
  static constexpr LimitState after(LimitState state) { return {true, true, true, false, state.is_sound}; }

  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& /*rows*/, const T*& /*factors*/) {
    for (T& variance : samples.variance) variance *= static_cast<T>(weight.high);
    samples.mean.fill(T(0));
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& /*features*/, bool /*is_same*/) {
    pair = {pair.covariance.scaled(weight), weight.times(pair.theta)};
  }
};

/// The mean over sines and cosines, whose sum of squares is 1. Features: √E[u²].
template <std::size_t in, std::size_t offset>
struct Limit<Bound<SinCos, in, offset>> {
  static constexpr std::size_t rows = 1;
  static constexpr LimitState after(LimitState state) {
    return {false, state.is_wide, state.is_fresh, true, state.is_sound && state.is_gaussian};
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      to[lane] = std::sqrt(samples.variance[lane]);
      samples.mean[lane] = T(0.5) * std::exp(T(-0.5) * samples.variance[lane]);
      samples.variance[lane] = T(0.5);
    }
    to += simd::lanes<T>;
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& features, bool /*is_same*/) {
    const V half(T(0.5)), roots = features.left(0) - features.right(0);
    const V e = -half * simd::expm1(-simd::fma(half * roots, roots, pair.covariance.e));
    pair = {{e, V(T(1)) - e}, (half - e) * pair.theta};
  }
};

/// Features: the mean over units, 1/√(p + ε), and E[u²].
template <double epsilon, std::size_t in, std::size_t offset>
struct Limit<Bound<LayerNormOf<epsilon>, in, offset>> {
  static constexpr std::size_t rows = 3;
  static constexpr LimitState after(LimitState state) {
    return {state.is_gaussian, state.is_wide, state.is_fresh, false, state.is_sound && state.is_wide};
  }
  template <class T>
  static double prepare(LimitSamples<T>& samples, T*& to, const T*& /*factors*/) {
    for (std::size_t lane = 0; lane < simd::lanes<T>; ++lane) {
      T &mean = samples.mean[lane], &variance = samples.variance[lane];
      const T centred = std::max(variance - mean * mean, T(0)), inverse = 1 / std::sqrt(centred + T(epsilon));
      to[lane] = std::exchange(mean, T(0));
      to[simd::lanes<T> + lane] = inverse;
      to[2 * simd::lanes<T> + lane] = variance;
      variance = centred * inverse * inverse;
    }
    to += rows * simd::lanes<T>;
    return 0.0;
  }
  template <class V, class T>
  static void propagate(LimitPair<V>& pair, const PairRows<T>& features, bool /*is_same*/) {
    const Covariance<V> whole(features.left(2), features.right(2), pair.covariance);
    const auto c = whole.centred(features.left(0), features.right(0));
    const V both = features.left(1) * features.right(1);
    pair = {{c.e * both, c.f * both}, both * pair.theta};
  }
};

}  // namespace nntk
