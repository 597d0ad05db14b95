// SPDX-License-Identifier: BSD-3-Clause
//
// Infinite width, closed forms, against the recursion in 50 digits: collinear, opposite, near both, zero
// inputs.
#include "nntk/kernel/infinite.hpp"

#include <cmath>
#include <numbers>

#include "nntk/arch/ecrn.hpp"
#include "support/limit_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr Scale he{std::numbers::sqrt2, 0.1}, no_bias{std::numbers::sqrt2, 0.0};
constexpr auto standard = Parameterisation::standard;

}  // namespace

TEST_CASE("Relu in infinite width is right for every kind of pair") {
  using Net = Network<Input<3>, Dense<8, he>, Relu, Dense<8, no_bias>, Relu, Dense<1, he>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(he.weight, he.bias), limit.rectifier(1, 0);
    limit.dense(no_bias.weight, 0), limit.rectifier(1, 0);
    limit.dense(he.weight, he.bias);
  };
  check_limit<Net>(difficult_data(), recursion);
  check_limit<Net, float>(normal_data(9, 3), [&](LimitRecursion& limit) { recursion(limit); });
}

TEST_CASE("Erf in infinite width is right for every kind of pair") {
  using Net = Network<Input<3>, Dense<8, Scale{1.5, 0.05}>, Erf, Dense<8, no_bias>, Erf, Dense<1>>;
  const auto recursion = [](LimitRecursion& limit) {
    limit.dense(1.5, 0.05), limit.erf();
    limit.dense(no_bias.weight, 0), limit.erf();
    limit.dense(1, 0.1);
  };
  check_limit<Net>(difficult_data(), recursion);
  check_limit<Net, float>(normal_data(9, 3), recursion);
}

TEST_CASE("LeakyRelu, Abs and Identity in infinite width are right for every kind of pair") {
  using Net = Network<Input<3>, Dense<8, no_bias>, LeakyReluOf<0.2>, Dense<8>, Abs, Dense<8>, Identity,
                      Dense<8>, LeakyReluOf<-0.5>, Dense<1, no_bias>>;
  check_limit<Net>(difficult_data(), [](LimitRecursion& limit) {
    limit.dense(no_bias.weight, 0), limit.rectifier(1, -0.2);
    limit.dense(1, 0.1), limit.rectifier(1, 1);
    limit.dense(1, 0.1), limit.dense(1, 0.1), limit.rectifier(1, 0.5);
    limit.dense(no_bias.weight, 0);
  });
}

TEST_CASE("Standard parameterisation in infinite width scales each layer's tangent by its fan-in") {
  using Net = Network<Input<3>, Dense<8, he, standard>, Relu, Dense<16, no_bias, standard>, Relu,
                      Dense<1, he, standard>>;
  check_limit<Net>(difficult_data(), [](LimitRecursion& limit) {
    limit.standard_dense(he.weight, he.bias, 3), limit.rectifier(1, 0);
    limit.standard_dense(no_bias.weight, 0, 8), limit.rectifier(1, 0);
    limit.standard_dense(he.weight, he.bias, 16);
  });
}

TEST_CASE("Residual networks in infinite width add what the branch adds") {
  using Net = Network<Input<3>, Residual<2.0, Dense<3>>, Dense<8, he>, Residual<0.5, Relu, Dense<8, he>>,
                      Relu, Dense<1>>;
  check_limit<Net>(difficult_data(), [](LimitRecursion& limit) {
    limit.residual(2.0, [](LimitRecursion& body) { body.dense(1, 0.1); });
    limit.dense(he.weight, he.bias);
    limit.residual(0.5, [](LimitRecursion& body) { body.rectifier(1, 0), body.dense(he.weight, he.bias); });
    limit.rectifier(1, 0), limit.dense(1, 0.1);
  });
}

TEST_CASE("A branch that ends with an activation adds its mean over units to that of what it joins") {
  using Net = Network<Input<3>, Dense<8, he>, Relu, Residual<0.5, Dense<8, he>, Relu>,
                      Residual<-2.0, Dense<8, he>, LeakyReluOf<0.2>, Residual<0.5, Dense<8>, Cos>>,
                      Residual<0.5, Relu, Dense<8, he>>, Dense<1, he>>;
  STATIC_REQUIRE_FALSE(has_infinite_width<Net>);  // an activation sees what is not Gaussian
  using Sound = Network<Input<3>, Dense<8, he>, Relu, Residual<0.5, Dense<8, he>, Relu>,
                        Residual<-2.0, Dense<8, he>, LeakyReluOf<0.2>, Residual<0.5, Dense<8>, Cos>>,
                        Residual<0.5, Dense<8, he>, Erf>, Residual<0.5, Dense<8, he>>, Dense<1, he>>;
  check_limit<Sound>(difficult_data(), [](LimitRecursion& limit) {
    const auto dense = [](LimitRecursion& body) { body.dense(he.weight, he.bias); };
    dense(limit), limit.rectifier(1, 0);
    limit.residual(0.5, [&](LimitRecursion& body) { dense(body), body.rectifier(1, 0); });
    limit.residual(-2.0, [&](LimitRecursion& body) {
      dense(body), body.rectifier(1, -0.2);
      body.residual(0.5, [](LimitRecursion& inner) { inner.dense(1, 0.1), inner.cosine(); });
    });
    limit.residual(0.5, [&](LimitRecursion& body) { dense(body), body.erf(); });
    limit.residual(0.5, dense);
    dense(limit);
  });
}

TEST_CASE("Fourier features in infinite width are a Gaussian kernel with a mean over units") {
  // Their phases, of deviation 2πσ‖x‖/√d, are known to rounding of the inputs: σ keeps them about 1, and
  // the large input of the difficult data out.
  Data x = difficult_data();
  for (double& value : x.values) value = std::abs(value) > 100 ? 0.5 * value / 1e3 : value;
  constexpr double scale = 0.25, weight = 2 * std::numbers::pi * scale;
  const auto blocks = [](LimitRecursion& limit) {
    limit.residual(0.5, [](LimitRecursion& body) { body.dense(he.weight, he.bias), body.rectifier(1, 0); });
    limit.residual(0.25, [](LimitRecursion& body) { body.dense(he.weight, he.bias), body.rectifier(1, 0); });
    limit.dense(he.weight, he.bias);
  };
  using Blocks = EcrnBlocks<2, 16, per_layer<0.5, 0.25>>;
  check_limit<Network<Input<3>, FourierFeatures<8, scale>, Blocks, Dense<1, he>>>(
      x, [&](LimitRecursion& limit) { limit.drawn(weight), limit.waves(), blocks(limit); });
  check_limit<Network<Input<3>, FourierFeatures<8, scale, Training::trained>, Blocks, Dense<1, he>>>(
      x, [&](LimitRecursion& limit) { limit.dense(weight, 0), limit.waves(), blocks(limit); });
}

TEST_CASE("LayerNorm in infinite width divides by the deviation of the units and takes their mean away") {
  using Net = Network<Input<3>, Dense<8, he>, LayerNormOf<0.1>, Relu, LayerNorm, Dense<8, he>,
                      Residual<0.5, LayerNorm, Relu, Dense<8, he>>, Dense<1, he>>;
  check_limit<Net>(difficult_data(), [](LimitRecursion& limit) {
    limit.dense(he.weight, he.bias), limit.layer_norm(0.1), limit.rectifier(1, 0), limit.layer_norm(1e-12);
    limit.dense(he.weight, he.bias);
    limit.residual(0.5, [](LimitRecursion& body) {
      body.layer_norm(1e-12), body.rectifier(1, 0), body.dense(he.weight, he.bias);
    });
    limit.dense(he.weight, he.bias);
  });
}
