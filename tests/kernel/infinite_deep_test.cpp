// SPDX-License-Identifier: BSD-3-Clause
//
// The infinite-width recursion through 64 layers, where every pair becomes nearly collinear, against 50
// digits. The layers are applied in a loop, as a network of 64 of them would: for the compiler that would be
// a long way to go.
#include <algorithm>
#include <concepts>
#include <numbers>

#include "support/closed_forms.hpp"
#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using V = PairRows<double>::V;

constexpr Scale he{std::numbers::sqrt2, 0.1}, no_bias{std::numbers::sqrt2, 0.0};

/// Both samples, the same in all lanes, and their pair.
struct Walk {
  LimitSamples<double> left, right;
  LimitPair<V> pair;
};

template <class Stage>
void pass(Walk& walk) {
  const double* none = nullptr;
  constexpr std::size_t size = (Limit<Stage>::rows + 1) * simd::lanes<double>;
  AlignedBuffer<double> left(size), right(size);
  double *i = left.data(), *j = right.data();
  Limit<Stage>::prepare(walk.left, i, none);
  Limit<Stage>::prepare(walk.right, j, none);
  Limit<Stage>::propagate(walk.pair, PairRows<double>{left.data(), right.data()}, true);
}
template <Scale scale, class A = Relu>
void hidden(Walk& walk) {
  pass<Bound<Dense<4, scale>, 4, 0>>(walk);
  pass<Bound<A, 4, 0>>(walk);
}
template <Scale scale>
void hidden(LimitRecursion& limit) {
  limit.dense(scale.weight, scale.bias), limit.rectifier(1, 0);
}

/// 64 layers; `twice` is two of them.
template <class State, class Twice>
void run(State& state, const Twice& twice) {
  for (int pair = 0; pair < 32; ++pair) twice(state);
}

Walk start(const LimitRecursion& inputs) {
  const Digits50 p = inputs.xx.nngp, q = inputs.yy.nngp, k = inputs.xy.nngp, root = sqrt(p * q);
  const auto number = [](const Digits50& x) { return V(static_cast<double>(x)); };
  Walk walk;
  walk.left.variance.fill(static_cast<double>(p)), walk.right.variance.fill(static_cast<double>(q));
  walk.pair = {{number(std::max<Digits50>(root - k, 0)), number(std::max<Digits50>(root + k, 0))}, V(0.0)};
  return walk;
}

template <class Twice>
void check_deep(const Twice& twice, const Data& x = difficult_data()) {
  WorstPair of_nngp, of_ntk;
  for (std::size_t i = 0; i < x.count(); ++i) {
    for (std::size_t j = 0; j < x.count(); ++j) {
      LimitRecursion limit(x.sample(i), x.sample(j));
      Walk walk = start(limit);
      run(walk, twice), run(limit, twice);
      const double nngp = walk.pair.covariance.k().get(0), ntk = walk.pair.theta.get(0);
      of_nngp.note(i, j, limit_error(nngp, limit.xx.nngp, limit.xy.nngp, limit.yy.nngp) / infinite_f64);
      of_ntk.note(i, j, limit_error(ntk, limit.xx.ntk, limit.xy.ntk, limit.yy.ntk) / infinite_f64);
    }
  }
  CAPTURE(of_nngp.i, of_nngp.j, of_ntk.i, of_ntk.j);
  CHECK(of_nngp.error <= 1);
  CHECK(of_ntk.error <= 1);
}

/// A pair and its multiple, opposite, neighbour and opposite neighbour.
const Data few{2, {1, 0.5, -0.3, 0.8, 2, 1, -1, -0.5, 1, 0.5 + 1e-7, -1, -0.5 + 1e-7}};

/// 64 layers of A between Dense of one scale.
template <class A, Scale scale, class Form>
void check_deep_law(const Form& form) {
  CAPTURE(A::name);
  const auto layer = [&](auto& state) {
    if constexpr (std::same_as<decltype(state), Walk&>) {
      hidden<scale, A>(state);
    } else {
      state.dense(scale.weight, scale.bias), state.activation(form);
    }
  };
  check_deep([&](auto& state) { layer(state), layer(state); }, few);
}

}  // namespace

TEST_CASE("Relu of depth 64 keeps fourteen digits for every kind of pair") {
  check_deep([](auto& state) { hidden<he>(state), hidden<he>(state); });
  check_deep([](auto& state) { hidden<he>(state), hidden<no_bias>(state); });
  check_deep([](auto& state) { hidden<Scale{1.5, 0.0}>(state), hidden<Scale{1.25, 0.5}>(state); });
}

TEST_CASE("Relu of depth 8 as a network keeps fourteen digits for every kind of pair") {
  using Deep = Network<Input<3>, Repeat<4, Dense<4, he>, Relu, Dense<4, no_bias>, Relu>, Dense<1, he>>;
  check_limit<Deep>(difficult_data(), [](LimitRecursion& limit) {
    for (int twice = 0; twice < 4; ++twice) hidden<he>(limit), hidden<no_bias>(limit);
    limit.dense(he.weight, he.bias);
  });
}

TEST_CASE("Waves of depth 64 keep fourteen digits") {
  check_deep_law<Sin, Scale{1.0, 0.1}>(WaveForm{1, 0.5, 1});
  check_deep_law<Cos, Scale{1.0, 0.1}>(WaveForm{1, 0.5, -1});
  check_deep_law<RbfOf<0.25>, Scale{1.0, 0.1}>(WaveForm{0.5, 1, 0});
}

TEST_CASE("Gelu and SigmoidLike of depth 64 keep fourteen digits") {
  check_deep_law<Gelu, Scale{1.4, 0.1}>(gelu_form);
  check_deep_law<SigmoidLike, Scale{1.5, 0.1}>(SigmoidLikeForm{SigmoidLike::rate});
}

TEST_CASE("Gaussian and Gabor of depth 64 keep fourteen digits") {
  check_deep_law<GaussianOf<2.0, -0.75>, Scale{1.0, 0.1}>(GaussianForm{2.0, 1.5});
  check_deep_law<Gabor, Scale{1.5, 0.3}>(gabor_form);
}
