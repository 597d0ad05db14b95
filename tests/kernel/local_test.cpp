// SPDX-License-Identifier: BSD-3-Clause
//
// The local kernel as a Gram matrix: output modes and shapes of the data, against Jacobians by dual numbers.
#include "nntk/kernel/local.hpp"

#include <array>

#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Small = Network<Input<5>, Dense<7>, Tanh, Dense<6>, Relu, Dense<3>>;
/// More feature rows than a narrow network has: groups of several tiles, contractions of several depth blocks.
using Wide = Network<Input<300>, Dense<270>, Tanh, Dense<2>>;

constexpr std::array all_modes{OutputMode::sum, OutputMode::mean, OutputMode::full, OutputMode::diagonal};

}  // namespace

TEST_CASE("The local kernel is the product of Jacobians in every output mode") {
  const Data x = normal_data(13, Small::inputs);
  const auto theta = normal_theta<Small>();
  const Jacobians oracle = dual_jacobians<Small>(theta, x);
  for (const OutputMode mode : all_modes) {
    CHECK(worst_error(local_gram<Small, double>(theta, x, mode), oracle, oracle, mode) <= local_f64);
  }
}

TEST_CASE("The local kernel is right for any number of samples") {
  const auto theta = normal_theta<Small>();
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, simd::lanes<double> - 1, simd::lanes<double>,
                              simd::lanes<double> + 1, 3 * simd::lanes<double> + 5}) {
    const Data x = normal_data(n, Small::inputs, n);
    const Jacobians oracle = dual_jacobians<Small>(theta, x);
    CAPTURE(n);
    CHECK(worst_error(local_gram<Small, double>(theta, x, OutputMode::sum), oracle, oracle, OutputMode::sum) <= local_f64);
  }
}

TEST_CASE("The local kernel is right for rectangular Gram matrices") {
  const auto theta = normal_theta<Small>();
  const Data x = normal_data(31, Small::inputs, 3), z = normal_data(2, Small::inputs, 4);
  const Jacobians of_x = dual_jacobians<Small>(theta, x), of_z = dual_jacobians<Small>(theta, z);
  for (const OutputMode mode : all_modes) {
    CHECK(worst_error(local_gram<Small, double>(theta, x, z, mode), of_x, of_z, mode) <= local_f64);
    CHECK(worst_error(local_gram<Small, double>(theta, z, x, mode), of_z, of_x, mode) <= local_f64);
  }
}

TEST_CASE("The local kernel of a wide network is right over groups of tiles and blocks of depth") {
  using Kernel = LocalKernel<Wide, double, tangent::Reduction::trace>;
  static_assert(Kernel::tiles_per_group > 1 && Wide::inputs > depth_block);
  const std::size_t n = (Kernel::tiles_per_group + 1) * simd::lanes<double> + 1;
  const Data x = normal_data(n, Wide::inputs);
  const auto theta = normal_theta<Wide>();
  const auto whole = local_gram<Wide, double>(theta, x, OutputMode::full);
  const auto sums = local_gram<Wide, double>(theta, x, OutputMode::sum);
  // Samples of every tile; each Jacobian costs P/8 passes, so not all of them.
  for (const std::size_t i : {std::size_t{0}, simd::lanes<double>, n - 1}) {
    const Jacobians one = dual_jacobians<Wide>(theta, permuted(x, std::array{i}));
    const Jacobians other = dual_jacobians<Wide>(theta, permuted(x, std::array{n / 2}));
    const std::size_t pair = i * n + n / 2;
    CHECK(worst_error({sums[pair]}, one, other, OutputMode::sum) <= local_f64);
    CHECK(worst_error({&whole[pair * 4], &whole[pair * 4] + 4}, one, other, OutputMode::full) <= local_f64);
  }
}

TEST_CASE("Sums are the trace of the full block, and diagonals its diagonal") {
  constexpr std::size_t outputs = Small::outputs;
  const Data x = normal_data(17, Small::inputs);
  const auto theta = normal_theta<Small>();
  const auto full = local_gram<Small, double>(theta, x, OutputMode::full);
  const auto diagonal = local_gram<Small, double>(theta, x, OutputMode::diagonal);
  const auto sum = local_gram<Small, double>(theta, x, OutputMode::sum);
  for (std::size_t pair = 0; pair < sum.size(); ++pair) {
    double trace = 0;
    for (std::size_t o = 0; o < outputs; ++o) {
      trace += full[pair * outputs * outputs + o * (outputs + 1)];
      REQUIRE(diagonal[pair * outputs + o] == full[pair * outputs * outputs + o * (outputs + 1)]);
    }
    const std::size_t i = pair / x.count(), j = pair % x.count();
    const double scale = std::sqrt(sum[i * (x.count() + 1)] * sum[j * (x.count() + 1)]);
    REQUIRE(std::abs(sum[pair] - trace) <= local_f64 * scale);
  }
}
