// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel for every shape of network whose cotangent takes another form, against dual numbers.
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr Scale without_bias{1.5, 0.0};
constexpr auto standard = Parameterisation::standard;

}  // namespace

TEST_CASE("The local kernel is right for one Dense layer") {
  check_local_against_duals<Network<Input<3>, Dense<2>>, double, trace, each>();
}

TEST_CASE("The local kernel is right for Dense layers without an activation between them") {
  check_local_against_duals<Network<Input<3>, Dense<4>, Dense<5, without_bias>, Dense<2>>, double, trace,
                            each>();
}

TEST_CASE("The local kernel is right where activations come first and last") {
  check_local_against_duals<Network<Input<3>, Sin, Dense<4>, Tanh, Sin, Dense<5>, Tanh>, double, trace,
                            each>();
}

TEST_CASE("The local kernel is right for one output and width one") {
  check_local_against_duals<Network<Input<1>, Dense<1>, Tanh, Dense<4>, Relu, Dense<1>>, double, trace>();
}

TEST_CASE("The local kernel is right for outputs wider than what is hidden") {
  check_local_against_duals<Network<Input<2>, Dense<3>, Tanh, Dense<11>>, double, trace, each>();
}

TEST_CASE("The local kernel is right without biases and in standard parameterisation") {
  check_local_against_duals<Network<Input<3>, Dense<6, without_bias>, Relu, Dense<5, Scale{}, standard>, Tanh,
                                    Dense<2, without_bias, standard>>,
                            double, trace>();
}
