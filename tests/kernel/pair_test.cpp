// SPDX-License-Identifier: BSD-3-Clause
//
// One pair of inputs has the numbers of a Gram matrix, from every kernel.
#include "nntk/kernel/pair.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/kernel/nonlocal.hpp"

using namespace nntk;

namespace {

using Narrow = Network<Input<2>, Dense<16>, Relu, Dense<16>, Tanh, Dense<3>>;
using Wide = Network<Input<2>, Dense<300>, Relu, Dense<300>, Relu, Dense<1>>;

/// Both inputs in turn, as a matrix that refers to them, and as pairs.
template <class Kernel>
void check_pairs(const Kernel& kernel) {
  const std::vector<double> x{1.0, 0.5, -0.3, 0.8, 0.0, -2.0};
  const std::size_t n = 3, entries = kernel.entries();
  PairKernel pair(kernel, 2);
  std::vector<double> values(entries);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      pair.evaluate({x.data() + 2 * i, 2}, {x.data() + 2 * j, 2}, values);
      const std::vector<double> expected = gram(kernel, {x.data() + 2 * i, 1, 2}, {x.data() + 2 * j, 1, 2});
      CHECK(values == expected);
    }
}

}  // namespace

TEST_CASE("A pair has the bits of the Gram matrix, of all outputs and of their sum") {
  const std::vector<double> theta = initial_parameters<Narrow>(0);
  check_pairs(Ntk<Narrow>(theta.data(), OutputMode::sum));
  check_pairs(OutputNtk<Narrow>(theta.data(), OutputMode::full));
  check_pairs(InfiniteKernel<Narrow, double>(InfiniteKind::ntk, OutputMode::mean));
}

TEST_CASE("A pair has the bits of the Gram matrix of the nonlocal kernel, whatever its estimator") {
  const auto estimator = GENERATE(Estimator::energy, Estimator::plugin);
  const std::vector<double> theta = initial_parameters<Narrow>(0);
  const tangent::Law<double, tangent::FixedRadius, tangent::RademacherDirection> law({0.1}, {}, 3);
  check_pairs(NonlocalKernel<Narrow, double>(theta, law, 30, estimator, OutputMode::sum, false, 1));
}

TEST_CASE("A pair of a network whose tiles come in groups has the bits of the Gram matrix") {
  const std::vector<double> theta = initial_parameters<Wide>(0);
  static_assert(Ntk<Wide>::tiles_per_group > 1);
  check_pairs(Ntk<Wide>(theta.data(), OutputMode::mean));
}

TEST_CASE("A pair alone is called with two inputs and is a number") {
  const std::vector<double> theta = initial_parameters<Narrow>(1), x{1.0, 0.5}, y{-0.3, 0.8};
  const Ntk<Narrow> kernel(theta.data(), OutputMode::mean);
  PairKernel pair(kernel, 2);
  CHECK(pair(x, y) == gram(kernel, {x.data(), 1, 2}, {y.data(), 1, 2})[0]);
  CHECK(pair(x, y) == pair(y, x));
}
