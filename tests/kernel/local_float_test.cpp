// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel in single precision, against dual numbers in double precision on the same rounded numbers.
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

}  // namespace

TEST_CASE("In single precision the local kernel keeps six digits") {
  check_local_against_duals<Network<Input<5>, Dense<16>, Tanh, Dense<16>, Relu, Dense<3>>, float, trace,
                            each>();
}

TEST_CASE("In single precision the local kernel of a residual network keeps six digits") {
  check_local_against_duals<
      Network<Input<4>, Dense<8>, Residual<0.5, Dense<6>, Sin, Dense<8>>, Gelu, Dense<2, Scale{1, 0}>>, float,
      trace>(50);
}
