// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel of deep networks, against dual numbers.
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

}  // namespace

TEST_CASE("The local kernel keeps its accuracy through 16 layers") {
  check_local_against_duals<Network<Input<3>, Repeat<16, Dense<5, Scale{1.4, 0.1}>, Relu>, Dense<2>>, double,
                            trace>();
}
