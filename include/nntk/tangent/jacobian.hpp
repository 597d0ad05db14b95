// SPDX-License-Identifier: BSD-3-Clause
//
// The Jacobian of a network by dense dual numbers: K directions of θ at a time, P/K forward passes. It knows
// no rule of any layer, only what a layer does to numbers, and so it is the oracle of everything faster.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/tangent/dual.hpp"

namespace nntk::tangent {

/// What one layer does to a vector of numbers of any kind.
template <class Stage>
struct Apply;

/// θ, and the numbers of ω that no layer has taken yet.
template <class X>
struct Given {
  std::span<const X> theta;
  const double* noise = nullptr;
  const double* take(std::size_t count) { return std::exchange(noise, noise + count); }
};

template <class... Stage, class X>
std::vector<X> apply(arch::Stages<Stage...> /*stages*/, Given<X>& given, std::vector<X> value) {
  ((value = Apply<Stage>::run(given, value)), ...);
  return value;
}

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Apply<Bound<Dense<width, scale, p>, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& given, const std::vector<X>& a) {
    using Layer = Dense<width, scale, p>;
    const X factor(Layer::weight_factor(in)), bias_factor(Layer::bias_factor());
    const auto weights = given.theta.subspan(offset, width * in);
    std::vector<X> z(width, X(0));
    for (std::size_t o = 0; o < width; ++o) {
      for (std::size_t i = 0; i < in; ++i) z[o] += weights[o * in + i] * a[i];
      z[o] *= factor;
      if constexpr (Layer::has_bias) z[o] += bias_factor * given.theta[offset + width * in + o];
    }
    return z;
  }
};
template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Apply<Bound<A, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& /*given*/, std::vector<X> value) {
    for (X& number : value) number = A::apply(number);
    return value;
  }
};
template <double step, double reach, std::size_t in, std::size_t offset>
struct Apply<Bound<BrownianOf<step, reach>, in, offset>> {
  template <class X>
  static std::vector<X> run(Given<X>& given, std::vector<X> value) {
    using Layer = BrownianOf<step, reach>;
    const typename Layer::template Path<double> path{given.take(Layer::noise_count(in))};
    for (X& number : value) number = path.apply(number);
    return value;
  }
};
template <double drop, std::size_t in, std::size_t offset>
struct Apply<Bound<Dropout<drop>, in, offset>> {
  template <class X>
  static std::vector<X> run(Given<X>& given, std::vector<X> value) {
    const double* mask = given.take(in);
    for (std::size_t i = 0; i < in; ++i) value[i] *= X(mask[i]);
    return value;
  }
};
template <double deviation, std::size_t in, std::size_t offset>
struct Apply<Bound<Noise<deviation>, in, offset>> {
  template <class X>
  static std::vector<X> run(Given<X>& given, std::vector<X> value) {
    const double* noise = given.take(in);
    for (std::size_t i = 0; i < in; ++i) value[i] += X(noise[i]);
    return value;
  }
};
template <std::size_t count, double scale, std::size_t in, std::size_t offset>
struct Apply<Bound<Frequencies<count, scale>, in, offset>> {
  template <class X>
  static std::vector<X> run(Given<X>& given, const std::vector<X>& value) {
    const double* frequencies = given.take(count * in);
    const double factor = Frequencies<count, scale>::weight_factor(in);
    std::vector<X> z(count, X(0));
    for (std::size_t row = 0; row < count; ++row)
      for (std::size_t i = 0; i < in; ++i) z[row] += X(factor * frequencies[row * in + i]) * value[i];
    return z;
  }
};
template <std::size_t in, std::size_t offset>
struct Apply<Bound<SinCos, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& /*given*/, const std::vector<X>& value) {
    std::vector<X> waves;
    for (const X& z : value) waves.push_back(Sin::apply(z));
    for (const X& z : value) waves.push_back(Cos::apply(z));
    return waves;
  }
};
template <double epsilon, std::size_t in, std::size_t offset>
struct Apply<Bound<LayerNormOf<epsilon>, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& /*given*/, std::vector<X> value) {
    using std::sqrt;
    const X share(1 / static_cast<double>(in));
    X mean(0), variance(epsilon);
    for (const X& x : value) mean += share * x;
    for (const X& x : value) variance += share * (x - mean) * (x - mean);
    for (X& x : value) x = (x - mean) / sqrt(variance);
    return value;
  }
};
template <std::derived_from<Selection> S, std::size_t in, std::size_t offset>
struct Apply<Bound<S, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& /*given*/, std::vector<X> value) {
    const auto kept = S::template keep<in>([&](std::size_t unit) { return value[unit]; });
    for (std::size_t i = 0; i < in; ++i) {
      if (!kept[i]) value[i] = X(0);
    }
    return value;
  }
};
template <std::size_t group, std::size_t in, std::size_t offset>
struct Apply<Bound<GroupSum<group>, in, offset>> {
  template <class X>
  static std::vector<X> run(const Given<X>& /*given*/, const std::vector<X>& value) {
    std::vector<X> sum(in / group, X(0));
    for (std::size_t i = 0; i < in; ++i) sum[i / group] += value[i];
    return sum;
  }
};
template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Apply<Bound<Skip<Factor, Body...>, in, offset>> {
  template <class X>
  static std::vector<X> run(Given<X>& given, const std::vector<X>& value) {
    const X factor(Factor::of(given.take(Factor::noise_count)));
    std::vector<X> sum = tangent::apply(arch::Bind<in, offset, Body...>{}, given, value);
    for (std::size_t i = 0; i < in; ++i) sum[i] = value[i] + factor * sum[i];
    return sum;
  }
};

/// f(x; θ, ω) of one sample, in any number type, ω of Network::noise_count numbers. Cost: P multiply-adds.
/// Allocates.
template <class Network, class X>
std::vector<X> output(std::span<const X> theta, const std::vector<X>& x, std::span<const double> noise = {}) {
  Given<X> given{theta, noise.data()};
  return apply(typename Network::Stages{}, given, x);
}

/// ∂f_o/∂θ_p at [o · P + p], of one sample. Cost: P/K forward passes of K + 1 times the work. Allocates.
template <class Network, std::size_t K = 8>
std::vector<double> jacobian(std::span<const double> theta, std::span<const double> x,
                             std::span<const double> noise = {}) {
  using Number = Dual<double, Directions<double, K>>;
  std::vector<double> result(Network::outputs * theta.size());
  std::vector<Number> moving(theta.begin(), theta.end());
  const std::vector<Number> input(x.begin(), x.end());
  for (std::size_t first = 0; first < theta.size(); first += K) {
    const std::size_t count = std::min(K, theta.size() - first);
    for (std::size_t k = 0; k < count; ++k) moving[first + k].tangent = Directions<double, K>::unit(k);
    const auto f = output<Network>(std::span<const Number>(moving), input, noise);
    for (std::size_t o = 0; o < Network::outputs; ++o) {
      std::copy_n(f[o].tangent.along.begin(), count,
                  result.begin() + static_cast<std::ptrdiff_t>(o * theta.size() + first));
    }
    for (std::size_t k = 0; k < count; ++k) moving[first + k] = Number(theta[first + k]);
  }
  return result;
}

}  // namespace nntk::tangent
