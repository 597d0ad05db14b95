// SPDX-License-Identifier: BSD-3-Clause
//
// Networks that draw, at infinite width: exact small cases, and wide finite networks of the same
// realisations.
#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/kernel/infinite.hpp"
#include "support/gram.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

const Data points{3, {1, 0.5, -0.25, -0.3, 0.8, 0.6, 0.9, 0.4, -0.3}};

template <class Net>
std::vector<double> limit(InfiniteKind kind, const Realisations& realisations = {}) {
  return gram_of(InfiniteKernel<Net, double>(kind, OutputMode::mean, realisations), points);
}

template <class Net, class Same>
void check_same(InfiniteKind kind, double factor = 1, const Realisations& realisations = {}) {
  const auto found = limit<Net>(kind, realisations), expected = limit<Same>(kind);
  for (std::size_t at = 0; at < found.size(); ++at)
    CHECK(std::abs(found[at] / factor - expected[at]) <= infinite_f64 * expected[0]);
}

template <std::size_t width>
using Drawing = Network<Input<3>, Dense<width>, Relu, Dropout<0.3>, Dense<width>, Noise<0.4>,
                        StochasticDepth<0.5, Tanh, Dense<width>, Dropout<0.2>>,
                        StochasticDepth<0.4, Dense<width>>, Dense<1>>;

/// The entry (0, 1) of wide finite networks over draws of θ, against the limit of the same branches.
void check_finite(const Realisations& realisations) {
  using Net = Drawing<512>;
  constexpr std::size_t draws = 24;
  double mean = 0, square = 0;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const auto theta = normal_theta<Net>(50 + seed);
    const double k = gram_of(Ntk<Net>(theta.data(), OutputMode::sum, realisations), points)[1];
    mean += k / draws, square += k * k / draws;
  }
  const double expected = limit<Net>(InfiniteKind::ntk, realisations)[1];
  const double error = std::sqrt((square - mean * mean) / (draws - 1));
  // Networks of width n are off by O(1/n) in the mean: 512 units of a few parts each.
  CAPTURE(mean, expected, error);
  CHECK(std::abs(mean - expected) <= standard_errors * error + 1e-2 * expected);
  CHECK(error < 0.1 * expected);
}

}  // namespace

// Relu is homogeneous: the factor 1/(1 − p) passes through all layers without biases.
TEST_CASE("Dropout enlarges both kernels of one realisation by 1/(1 − p)") {
  using Plain = Network<Input<3>, Dense<4, Scale{1.5, 0.0}>, Relu, Dense<4, Scale{1.5, 0.0}>, Relu,
                        Dense<1, Scale{1.0, 0.0}>>;
  using Dropped = Network<Input<3>, Dense<4, Scale{1.5, 0.0}>, Relu, Dropout<0.2>, Dense<4, Scale{1.5, 0.0}>,
                          Relu, Dropout<0.5>, Dense<1, Scale{1.0, 0.0}>>;
  check_same<Dropped, Plain>(InfiniteKind::nngp, 2.5);
  check_same<Dropped, Plain>(InfiniteKind::ntk, 2.5);
}

TEST_CASE("Noise of one realisation is a bias that is no parameter") {
  check_same<Network<Input<3>, Dense<4, Scale{1.5, 0.0}>, Noise<0.3>, Tanh, Dense<1>>,
             Network<Input<3>, Dense<4, Scale{1.5, 0.3}>, Tanh, Dense<1>>>(InfiniteKind::nngp);
}

TEST_CASE("A branch that is never dropped is a residual one") {
  using Drawn = Network<Input<3>, Dense<4>, StochasticDepth<0.0, Relu, Dense<4>>, Tanh, Dense<1>>;
  using Constant = Network<Input<3>, Dense<4>, Residual<1.0, Relu, Dense<4>>, Tanh, Dense<1>>;
  check_same<Drawn, Constant>(InfiniteKind::nngp);
  check_same<Drawn, Constant>(InfiniteKind::ntk);
}

// Both realisations of one branch, by their share.
TEST_CASE("The mean kernel over realisations weighs the network with the branch and that without") {
  using With = Network<Input<3>, Dense<4>, Residual<1.0, Relu, Dense<4>>, Tanh, Dense<1>>;
  using Without = Network<Input<3>, Dense<4>, Tanh, Dense<1>>;
  using Net = Network<Input<3>, Dense<4>, StochasticDepth<0.3, Relu, Dense<4>>, Tanh, Dense<1>>;
  constexpr std::size_t count = 64;
  const expr::DrawnNoise<Net, double> noise(5, count);
  double kept = 0;
  for (std::size_t r = 0; r < count; ++r) kept += noise[r][0] / count;
  CHECK(kept > 0.4);
  CHECK(kept < 1);
  const auto found = limit<Net>(InfiniteKind::ntk, {.count = count, .seed = 5});
  const auto with = limit<With>(InfiniteKind::ntk), without = limit<Without>(InfiniteKind::ntk);
  for (std::size_t at = 0; at < found.size(); ++at)
    CHECK(found[at] == Approx(kept * with[at] + (1 - kept) * without[at]).epsilon(1e-13));
}

// Two masks leave ⟨a, a'⟩ as it is: K of the mean network of R is (1/R) of one mask and the rest of none.
TEST_CASE("The kernel of the mean network has the excess of dropout divided by the realisations") {
  using Plain = Network<Input<3>, Dense<4>, Relu, Dense<1, Scale{1.0, 0.0}>>;
  using Dropped = Network<Input<3>, Dense<4>, Relu, Dropout<0.5>, Dense<1, Scale{1.0, 0.0}>>;
  check_same<Dropped, Plain>(InfiniteKind::nngp, 1 + (2.0 - 1) / 4,
                             {.count = 4, .average = Average::network});
  check_same<Dropped, Plain>(InfiniteKind::nngp, 2, {.count = 4});
  using Kernel = InfiniteKernel<Dropped, double>;
  CHECK(Kernel(InfiniteKind::ntk, OutputMode::mean, {.count = 1000}).rows() ==
        Kernel(InfiniteKind::ntk, OutputMode::mean).rows());
}

TEST_CASE("Wide networks come to the limit of their realisations") {
  check_finite({.count = 1, .seed = 3});
  check_finite({.count = 3, .average = Average::kernel, .seed = 1});
  check_finite({.count = 3, .average = Average::network, .seed = 1});
}

TEST_CASE("What draws a number a unit has a limit behind Dense alone, a path that all units share none") {
  STATIC_REQUIRE(has_infinite_width<Drawing<8>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Dropout<0.5>, Dense<4>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Noise<0.5>, Dense<4>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Dense<4>, Dropout<0.5>, Relu, Dense<4>>>);
  STATIC_REQUIRE_FALSE(has_infinite_width<Network<Input<3>, Dense<4>, Brownian, Dense<4>>>);
  STATIC_REQUIRE_FALSE(
      has_infinite_width<Network<Input<3>, Dense<4>, Residual<1.0, Dense<4>, Dropout<0.5>>, Relu, Dense<1>>>);
}
