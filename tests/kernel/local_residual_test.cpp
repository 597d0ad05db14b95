// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel of networks with branches: cotangents are summed where arms join, so that no parameter
// counts twice.
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Branch = Residual<0.5, Dense<5>, Tanh, Dense<4>>;

}  // namespace

TEST_CASE("The local kernel of a residual network counts the shared parameters once") {
  check_local_against_duals<Network<Input<3>, Dense<4>, Branch, Tanh, Branch, Dense<2>>, double, trace>();
}

TEST_CASE("The local kernel is right where a Residual comes first or last") {
  check_local_against_duals<Network<Input<4>, Branch, Dense<3>, Residual<-2.0, Tanh, Dense<3>>>, double,
                            trace, each>();
}

TEST_CASE("The local kernel is right for a Residual inside a Residual, behind an activation and around one") {
  check_local_against_duals<
      Network<Input<3>, Dense<4>, Tanh, Residual<0.7, Branch, Residual<1.5, Sin>>, Relu, Dense<2>>, double,
      trace>();
}

TEST_CASE("The local kernel is right for repeated lists") {
  check_local_against_duals<
      Network<Input<3>, Repeat<2, Layers<Dense<5>, Relu>, Residual<1.0, Dense<5>>>, Dense<1>>, double,
      each>();
}
