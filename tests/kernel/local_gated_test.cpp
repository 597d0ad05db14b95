// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel of networks with three outputs or more and sparse gates, whose cotangents pass over closed
// units, against dual numbers.
#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// More than a tile, so that some lanes are free.
constexpr std::size_t samples = simd::lanes<double> + 3;
constexpr std::size_t several_tiles = 2 * simd::lanes<double> + simd::width<double> + 1;

}  // namespace

TEST_CASE("The local kernel is right where closed units are passed over, layer after layer") {
  using Net = Network<Input<3>, Dense<12>, Relu, Dense<9>, Relu, Dense<16>, Relu, Dense<3>>;
  check_local_against_duals<Net, double, trace, each>(samples);
  check_local_against_duals<Net, float, trace>();
}

TEST_CASE("The local kernel is right for more outputs than are summed together") {
  check_local_against_duals<Network<Input<3>, Dense<8>, Relu, Dense<10>, Relu, Dense<29>>, double, trace>(
      samples);
}

TEST_CASE("The local kernel is right where only one side of a Dense layer is sparse, or a branch is") {
  check_local_against_duals<Network<Input<3>, Dense<9>, Relu, Dense<8>, Tanh,
                                    Residual<0.5, Dense<8>, Relu, Dense<8>>, Dense<7>, Relu, Dense<4>>,
                            double, trace>(samples);
}

TEST_CASE("The local kernel is right where only a layer's inputs are sparse, or it stands before another") {
  check_local_against_duals<Network<Input<4>, Relu, Dense<8>, Dense<9>, Relu, Dense<8>, Tanh, Dense<3>>,
                            double, trace, each>(samples);
  check_local_against_duals<Network<Input<4>, Dense<7>, Relu, Dense<8>, Dense<3>>, double, trace>(samples);
}

TEST_CASE("The local kernel is right for groups of several tiles, the last of which is not whole") {
  using Net = Network<Input<3>, Dense<40>, Relu, Dense<140>, Relu, Dense<10>>;
  static_assert(Ntk<Net>::tiles_per_group > 1 && Ntk<Net>::feature_rows > 512);
  check_local_against_duals<Net, double, trace>(several_tiles);
}

TEST_CASE("The local kernel passes over zeros of single outputs and of pairs of an odd number of them") {
  using Net = Network<Input<3>, Dense<60>, Relu, Dense<68>, Relu, Dense<3>>;
  static_assert(OutputNtk<Net>::tiles_per_group > 1 && OutputNtk<Net>::passes_over);
  const Data x = normal_data(several_tiles, Net::inputs);
  const auto theta = normal_theta<Net>();
  const Jacobians oracle = dual_jacobians<Net>(theta, x);
  for (const OutputMode mode : {OutputMode::full, OutputMode::diagonal})
    CHECK(worst_error(reduced_gram<Net, double, each>(theta, mode, x), oracle, oracle, mode) <= local_f64);
}

TEST_CASE("The local kernel is right where sparse gates stand beside other layers") {
  check_local_against_duals<
      Network<Input<4>, Relu, Dense<8>, Relu, Dropout<0.3>, Dense<9>, LayerNorm, TopK<3>, Dense<8>, MaxOut<2>,
              Dense<6>, Sin, Rectified<0.0, -1.5>, Dense<5>, Noise<0.1>, Relu, Dense<3>, Relu>,
      double, trace, each>(samples);
}
