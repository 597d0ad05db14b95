// SPDX-License-Identifier: BSD-3-Clause
//
// The forward sweep over tiles against the network applied to one sample at a time.
#include "nntk/expr/evaluate.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/expr/noise.hpp"
#include "nntk/expr/values.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "support/data.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

struct Rational {
  template <class X>
  constexpr X operator()(const X& x) const {
    return x > 0 ? x / (1 + x * x) : 2 * x;
  }
};

/// ω, in double: the numbers of single precision are the same, rounded.
template <class Network>
std::vector<double> realisation() {
  return rounded(expr::realisation<Network, double>(5, 2));
}

/// Outputs (n, outputs) of the sweep, in groups of up to two tiles.
template <class Network, class T>
std::vector<double> sweep(const std::vector<double>& theta, const Data& x) {
  constexpr std::size_t lanes = simd::lanes<T>;
  const std::vector<T> parameters(theta.begin(), theta.end());
  const auto drawn = realisation<Network>();
  const std::vector<T> noise(drawn.begin(), drawn.end());
  std::vector<T> packed(Network::parameter_count);
  expr::pack_parameters(typename Network::Stages{}, parameters.data(), packed.data());
  expr::Values<Network, T> values(2);
  std::vector<double> out;
  for (std::size_t first = 0; first < x.count(); first += 2 * lanes) {
    const std::size_t here = std::min(2 * lanes, x.count() - first), count = (here + lanes - 1) / lanes;
    load_inputs(x.inputs(), first / lanes, values.value(count));
    values.run(packed.data(), noise.data(), count);
    for (std::size_t i = 0; i < here * Network::outputs; ++i) {
      const std::size_t sample = i / Network::outputs, o = i % Network::outputs;
      out.push_back(
          static_cast<double>(values.value(count).tile(sample / lanes)[o * lanes + sample % lanes]));
    }
  }
  return out;
}

/// Sums of up to 40 products through up to 6 layers of slopes around 1: 6 · 40 u of values around 1.
template <class T>
constexpr double tolerance = 6 * sum_tolerance<T>(40);

template <class Network, class T = double>
void check(std::size_t samples = 2 * simd::lanes<T> + 3) {
  Data x = normal_data(samples, Network::inputs);
  x.values = rounded(x.values);
  const auto theta = rounded(normal_theta<Network>());
  const auto found = sweep<Network, T>(theta, x);
  for (std::size_t i = 0; i < samples; ++i) {
    const std::vector<double> input(x.sample(i).begin(), x.sample(i).end());
    const auto expected =
        tangent::output<Network>(std::span<const double>(theta), input, realisation<Network>());
    for (std::size_t o = 0; o < Network::outputs; ++o) {
      CHECK(std::abs(found[i * Network::outputs + o] - expected[o]) <=
            tolerance<T> * (1 + std::abs(expected[o])));
    }
  }
}

}  // namespace

TEST_CASE("The sweep is the network for smooth activations") {
  check<Network<Input<3>, Dense<5>, Tanh, Dense<6>, Erf, Dense<7>, Gelu, Dense<2>>>();
  check<Network<Input<3>, Dense<5>, Sigmoid, Dense<6>, Sin, Dense<7>, Cos, Dense<4>, Softplus, Dense<1>>>();
}

TEST_CASE("The sweep is the network for activations with kinks and steps, and for a user's callable") {
  check<Network<Input<3>, Dense<5>, Identity, Relu, Dense<6>, LeakyRelu, Dense<7>, Abs, HardTanh>>();
  check<
      Network<Input<3>, Dense<5>, Elementwise<Rational{}>, Dense<3>, Sign, Dense<4>, Heaviside, Dense<2>>>();
  check<Network<Input<3>, Quantize, Dense<2>>>();
}

TEST_CASE("The sweep is the network for every combinator") {
  using Nested = Residual<0.5, Dense<6>, Residual<-2.0, Tanh, Dense<6>>, Dense<4>>;
  check<Network<Input<3>, Dense<4>, Repeat<2, Nested, Relu>, Layers<Dense<5>, Residual<1.0, Sin>>>>();
}

TEST_CASE("The sweep is the network for layers that draw") {
  check<Network<Input<3>, Dense<5>, Dropout<0.4>, Tanh, StochasticDepth<0.5, Dense<5>, Noise<0.3>>,
                Dense<2>>>();
  check<Network<Input<3>, Repeat<4, StochasticDepth<0.5, Dense<3>, Brownian>>, Dropout<0.4>, Dense<2>>,
        float>();
}

TEST_CASE("The sweep is the network for layers that select") {
  check<Network<Input<3>, Dense<12>, MaxOut<3>, Dense<9>, TopK<4>, Dense<2>>>();
  check<Network<Input<3>, Dense<12>, Residual<0.5, TopK<1>, Dense<12>>, Largest<4>, GroupSum<12>>, float>();
}

TEST_CASE("The sweep is the network in standard parameterisation and without biases") {
  constexpr auto standard = Parameterisation::standard;
  check<Network<Input<40>, Dense<3, Scale{}, standard>, Relu, Dense<9, Scale{1.5, 0.0}>,
                Dense<2, Scale{2.0, 0.5}>>>();
}

TEST_CASE("The sweep is the network in single precision") {
  check<Network<Input<3>, Dense<5>, Tanh, Residual<0.5, Dense<5>>, Relu, Dense<2>>, float>();
}

TEST_CASE("What fills up the last tile does not matter, nor does what stands beside a sample") {
  using Net = Network<Input<4>, Dense<9, Scale{4.0, 0.1}>, Sin, Dense<7>, Tanh, Dense<3>, Cos, Dense<2>>;
  const auto theta = normal_theta<Net>();
  const Data x = normal_data(3 * simd::lanes<double>, Net::inputs);
  const auto together = sweep<Net, double>(theta, x);
  for (std::size_t i = 0; i < x.count(); ++i) {
    const auto alone = sweep<Net, double>(theta, permuted(x, std::array{i}));
    REQUIRE(std::equal(alone.begin(), alone.end(),
                       together.begin() + static_cast<std::ptrdiff_t>(i * Net::outputs)));
  }
}
