// SPDX-License-Identifier: BSD-3-Clause
//
// Declare a network, draw its parameters, and evaluate its tangent kernel on one pair of inputs.
#include <cstdio>
#include <vector>

#include "nntk/nntk.hpp"

using namespace nntk;
using Architecture = Network<Input<2>, Dense<16>, Relu, Dense<16>, Relu, Dense<1>>;

int main() {
  const std::vector<double> theta = initial_parameters<Architecture>(0);
  const std::vector<double> x{1.0, 0.5}, y{-0.3, 0.8};
  const Ntk<Architecture> finite(theta.data(), OutputMode::mean);
  const InfiniteKernel<Architecture, double> infinite(InfiniteKind::ntk, OutputMode::mean);
  std::printf("NTK(x, y), width 16:       %.6f\n", gram(finite, {x.data(), 1, 2}, {y.data(), 1, 2})[0]);
  std::printf("NTK(x, y), infinite width: %.6f\n", gram(infinite, {x.data(), 1, 2}, {y.data(), 1, 2})[0]);
}
