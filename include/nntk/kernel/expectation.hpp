// SPDX-License-Identifier: BSD-3-Clause
//
// What an activation does to the covariance of a Gaussian pair, T = E[φ(u)φ(v)] and Ṫ = E[φ'(u)φ'(v)]: which
// law each has. Laws are told in expected.hpp; (e, f) of T come from terms that do not cancel,
// covariance.hpp.
//
//   homogeneous of degree n      rectified_expectation.hpp
//   steps                        step_expectation.hpp
//   error functions              erf_expectation.hpp
//   Gelu                         gelu_expectation.hpp
//   Sin, Cos, Rbf                wave_expectation.hpp
//   Exp, Gaussian, Gabor         gaussian_expectation.hpp
//   polynomials                  polynomial_expectation.hpp
//   any other                    Hermite series, hermite.hpp; with kinks also split quadrature, kinked.hpp
#pragma once

#include <cstddef>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/polynomial.hpp"
#include "nntk/arch/smooth_activation.hpp"
#include "nntk/kernel/erf_expectation.hpp"
#include "nntk/kernel/expected.hpp"
#include "nntk/kernel/gaussian_expectation.hpp"
#include "nntk/kernel/gelu_expectation.hpp"
#include "nntk/kernel/hermite.hpp"
#include "nntk/kernel/kinked.hpp"
#include "nntk/kernel/polynomial_expectation.hpp"
#include "nntk/kernel/rectified_expectation.hpp"
#include "nntk/kernel/step_expectation.hpp"
#include "nntk/kernel/wave_expectation.hpp"

namespace nntk {

template <class A>
struct Expectation : HermiteExpectation<A> {};
template <Kinked A>
struct Expectation<A> : KinkedExpectation<A> {};

template <>
struct Expectation<Identity> : WithoutFeatures {
  template <class T>
  static double prepare(T* /*variance*/, T* /*rows*/) {
    return 0.0;
  }
  template <class V, class T>
  static Expected<V> of(const Covariance<V>& c, PairRows<T> /*rows*/) {
    return {c, V(1)};
  }
  static double mean(double /*variance*/) { return 0.0; }
};

template <>
struct Expectation<Relu> : RectifiedExpectation<1.0, 0.0> {};
template <double slope>
struct Expectation<LeakyReluOf<slope>> : RectifiedExpectation<1.0, -slope> {};
template <>
struct Expectation<Abs> : RectifiedExpectation<1.0, 1.0> {};
template <double positive, double negative>
struct Expectation<Rectified<positive, negative>> : RectifiedExpectation<positive, negative> {};
template <std::size_t degree>
struct Expectation<Monomial<degree>> : RectifiedExpectation<1.0, degree % 2 == 0 ? 1.0 : -1.0, degree> {};
template <std::size_t degree>
struct Expectation<RectifiedMonomial<degree>> : RectifiedExpectation<1.0, 0.0, degree> {};

template <>
struct Expectation<Sign> : StepExpectation<1.0, 2.0, 0.0> {};
template <>
struct Expectation<Heaviside> : StepExpectation<0.5, 0.5, 0.5> {};

template <>
struct Expectation<Erf> : ErfExpectation<> {};
template <>
struct Expectation<SigmoidLike> : ErfExpectation<0.5, SigmoidLike::rate, 0.5> {};
template <>
struct Expectation<Gelu> : GeluExpectation {};

template <>
struct Expectation<Sin> : WaveExpectation<1.0, 0.5, 1.0> {};
template <>
struct Expectation<Cos> : WaveExpectation<1.0, 0.5, -1.0> {};
template <double gamma>
struct Expectation<RbfOf<gamma>> : WaveExpectation<2 * gamma, 1.0, 0.0> {};

template <double factor, double rate>
struct Expectation<ExpOf<factor, rate>> : ExpExpectation<factor, rate> {};
template <double factor, double exponent>
struct Expectation<GaussianOf<factor, exponent>> : GaussianExpectation<factor, -2 * exponent> {};
template <>
struct Expectation<Gabor> : GaborExpectation {};

template <double... coefficients>
struct Expectation<Polynomial<coefficients...>> : PolynomialExpectation<PowerSeries<coefficients...>> {};
template <std::size_t degree>
struct Expectation<Hermite<degree>> : PolynomialExpectation<HermitePolynomial<degree>> {};

}  // namespace nntk
