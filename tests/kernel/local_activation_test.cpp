// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel for every activation that is not smooth and for those of arch/smooth_activation.hpp and
// polynomial.hpp; the others are in local_complex_test.cpp. One wrong slope anywhere spoils the product of
// all layers before it, so a network of many activations tells as much as many networks.
#include <array>

#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

struct Rational {
  template <class X>
  constexpr X operator()(const X& x) const {
    return x > 0 ? x / (1 + x * x) : 2 * x;
  }
};

using Kinked =
    Network<Input<4>, Dense<6>, Identity, Dense<6>, Relu, Dense<6>, LeakyRelu, Dense<6>, LeakyReluOf<-0.5>,
            Dense<6>, Abs, Dense<6>, HardTanh, Dense<6>, Elementwise<Rational{}>, Dense<6>,
            Rectified<1.5, -0.5>, Dense<6>, RectifiedMonomial<2>, Dense<2>>;
using Smooth = Network<Input<3>, Dense<4>, Rbf, Dense<4>, Gaussian, Dense<4>, Exp, Dense<4>, Gabor, Dense<4>,
                       SigmoidLike, Dense<4>, Monomial<3>, Dense<4>, Hermite<3>, Dense<4>,
                       Polynomial<0.5, -1.0, 0.25>, Dense<2>>;
using Stepped =
    Network<Input<4>, Dense<6>, Sign, Dense<6>, Heaviside, Dense<6>, Quantize, Dense<6>, Tanh, Dense<2>>;
using Unhidden = Network<Input<6>, Dense<6>, Tanh, Dense<2>>;

}  // namespace

TEST_CASE(
    "The local kernel is right for every activation with kinks, and for a user's callable with a branch") {
  check_local_against_duals<Kinked, double, trace>();
}

TEST_CASE("The local kernel is right for exponentials, waves and polynomials") {
  check_local_against_duals<Smooth, double, trace>();
}

TEST_CASE("Nothing before a step moves the outputs of the local kernel") {
  check_local_against_duals<Stepped, double, trace>();
  const auto theta = normal_theta<Stepped>();
  const auto jacobian = tangent::jacobian<Stepped>(theta, std::array{0.1, 0.2, 0.3, 0.4});
  const std::size_t before_the_last_step = Stepped::parameter_count - Unhidden::parameter_count;
  for (std::size_t p = 0; p < before_the_last_step; ++p) REQUIRE(jacobian[p] == 0);
}
