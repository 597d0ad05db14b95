// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/jet.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "architectures.hpp"
#include "dynamic/jet_network.hpp"
#include "dynamic/network.hpp"

using namespace nntk::dynamic;
using namespace nntk::dynamic::testing;

namespace {

/// A central difference with step h = 1e-5 errs by h²/6 φ''' and by ε/h.
constexpr double step = 1e-5, central_difference_error = 1e-9;

template <class Function>
void require_right_slope(Function function, double at) {
  Jet<3> x(at);
  x.v = {1, 0, -2};
  const Jet<3> y = function(x);
  const double slope = (function(Jet<3>(at + step)).a - function(Jet<3>(at - step)).a) / (2 * step);
  CHECK(std::abs(y.v[0] - slope) <= central_difference_error);
  CHECK(y.v[1] == 0);
  CHECK(y.v[2] == -2 * y.v[0]);
}

}  // namespace

TEST_CASE("A jet carries the derivative of every function") {
  for (const double at : {-1.3, -0.2, 0.4, 1.7}) {
    require_right_slope([](auto x) { return exp(x); }, at);
    require_right_slope([](auto x) { return tanh(x); }, at);
    require_right_slope([](auto x) { return erf(x); }, at);
    require_right_slope([](auto x) { return sin(x) + cos(2 * x); }, at);
    require_right_slope([](auto x) { return log1p(x * x); }, at);
    require_right_slope([](auto x) { return -x * x + floor(x); }, at);
  }
}

TEST_CASE("The Jacobian is that of central differences") {
  for (const auto& [name, layers] : architectures()) {
    CAPTURE(name);
    const JetNetwork jets(layers);
    const DynamicNetwork<double> network(layers);
    std::vector<double> theta = normal(jets.parameter_count(), 1);
    const std::vector<double> x = normal(2 * network.inputs(), 2);
    const nntk::dynamic::Matrix<double> jacobian = jets.jacobian(theta, x, 0, theta.size());
    double largest_error = 0;
    for (std::size_t p = 0; p < theta.size(); ++p) {
      const double at = theta[p];
      theta[p] = at + step;
      const std::vector<double> above = network.forward(theta, x);
      theta[p] = at - step;
      const std::vector<double> below = network.forward(theta, x);
      theta[p] = at;
      for (std::size_t i = 0; i < above.size(); ++i) {
        const std::size_t sample = i / network.outputs(), output = i % network.outputs();
        const double slope = (above[i] - below[i]) / (2 * step);
        largest_error =
            std::max(largest_error, std::abs(jacobian.row(p * network.outputs() + output)[sample] - slope));
      }
    }
    CHECK(largest_error <= 10 * central_difference_error);
  }
}
