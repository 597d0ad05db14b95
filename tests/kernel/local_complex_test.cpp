// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel against the complex step through networks written out by hand: an oracle that shares
// nothing with the library. Entry 15 of the design's goldens.json is the same by exact arithmetic.
#include <algorithm>

#include "support/complex_sweep.hpp"
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

template <class Network, class Function>
void check_local_against_complex_step(Function by_hand) {
  const Data x = normal_data(5, Network::inputs);
  const auto theta = normal_theta<Network>();
  check_local<Network, double, trace>(theta, x, complex_jacobians(by_hand, Network::outputs, theta, x));
}

}  // namespace

TEST_CASE("The complex step agrees with the local kernel through every analytic activation") {
  check_local_against_complex_step<
      Network<Input<3>, Dense<4>, Tanh, Dense<5>, Sigmoid, Dense<4, Scale{1.5, 0.0}>, Sin, Dense<5>, Cos,
              Dense<4>, Erf, Dense<4>, Gelu, Dense<3>, Softplus, Dense<2>>>(
      [](const ComplexVector& theta, const ComplexVector& x) {
        ComplexSweep sweep(theta);
        auto z = map(sweep.dense(x, 4), complex_tanh);
        z = map(sweep.dense(z, 5), complex_sigmoid);
        z = map(sweep.dense(z, 4, 1.5, 0.0), complex_sin);
        z = map(sweep.dense(z, 5), complex_cos);
        z = map(sweep.dense(z, 4), complex_erf);
        z = map(sweep.dense(z, 4), complex_gelu);
        return sweep.dense(map(sweep.dense(z, 3), complex_softplus), 2);
      });
}

TEST_CASE(
    "The complex step agrees with the local kernel of a residual network in standard parameterisation") {
  constexpr auto standard = Parameterisation::standard;
  check_local_against_complex_step<
      Network<Input<3>, Dense<4, Scale{}, standard>, Residual<0.5, Tanh, Dense<5>, Sin, Dense<4>>,
              Dense<2, Scale{}, standard>>>([](const ComplexVector& theta, const ComplexVector& x) {
    ComplexSweep sweep(theta);
    const auto z = sweep.standard_dense(x, 4);
    const auto branch = sweep.dense(map(sweep.dense(map(z, complex_tanh), 5), complex_sin), 4);
    return sweep.standard_dense(add(z, 0.5, branch), 2);
  });
}

TEST_CASE("The local kernel of a 3-4-2 Relu network is exact in binary (goldens.json, entry 15)") {
  constexpr auto standard = Parameterisation::standard;
  using Golden = Network<Input<3>, Dense<4, Scale{}, standard>, Relu, Dense<2, Scale{}, standard>>;
  const std::vector<double> theta{1,     -2, 0.5, 0.25, 1,  -1,  -1, 0.5, 2, 2,  0, 1, 0.5,
                                  -0.25, 0,  -3,  1,    -1, 0.5, 2,  0.5, 2, -1, 1, 0, 0};
  const Data x{3, {1, 0.5, -0.25, 1.5, -0.5, 0.25}};
  const std::vector<double> expected{6.328125,  -3.46875, -3.46875, 11.53125, 4.359375, 1.09375,
                                     1.09375,   2.71875,  4.359375, 1.09375,  1.09375,  2.71875,
                                     28.640625, 8.90625,  8.90625,  15.28125};
  CHECK(reduced_gram<Golden, double, each>(theta, OutputMode::full, x) == expected);
  CHECK(reduced_gram<Golden, float, each>(theta, OutputMode::full, x) == expected);
}
