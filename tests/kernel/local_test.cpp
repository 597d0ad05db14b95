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
/// More feature rows than a narrow network has: groups of several tiles, contractions of several depth
/// blocks.
using Wide = Network<Input<300>, Dense<270>, Tanh, Dense<2>>;

/// A sample of Wide on its way: x, the slopes and the values behind Tanh.
struct Hidden {
  std::span<const double> x;
  std::vector<double> value, slope;

  Hidden(const std::vector<double>& theta, std::span<const double> sample) : x(sample) {
    for (std::size_t j = 0; j < 270; ++j) {
      const double z =
          dot(std::span(theta).subspan(j * 300, 300), x) / std::sqrt(300.0) + 0.1 * theta[81000 + j];
      value.push_back(std::tanh(z)), slope.push_back(1 - std::tanh(z) * std::tanh(z));
    }
  }
};

/// The entry (o, o') of Wide's kernel, by its formula.
double wide_ntk(const std::vector<double>& theta, const Hidden& a, const Hidden& b, std::size_t o,
                std::size_t other) {
  const std::size_t last = 81270;
  long double cotangents = 0;
  for (std::size_t j = 0; j < 270; ++j) {
    cotangents += static_cast<long double>(theta[last + o * 270 + j]) * theta[last + other * 270 + j] / 270 *
                  a.slope[j] * b.slope[j];
  }
  const double first = (dot(a.x, b.x) / 300 + 0.01) * static_cast<double>(cotangents);
  return o == other ? first + dot(a.value, b.value) / 270 + 0.01 : first;
}

/// Of all entries of all pairs, and of their sums, over √(K_ii K_jj).
double worst_wide_error(const std::vector<double>& theta, const std::vector<Hidden>& hidden,
                        const std::vector<double>& full, const std::vector<double>& sums) {
  const std::size_t n = hidden.size();
  double worst = 0;
  for (std::size_t pair = 0; pair < n * n; ++pair) {
    const Hidden &left = hidden[pair / n], &right = hidden[pair % n];
    for (const auto e : std::to_array<std::size_t>({0, 1, 2, 3})) {
      const double scale =
          std::sqrt(wide_ntk(theta, left, left, e / 2, e / 2) * wide_ntk(theta, right, right, e % 2, e % 2));
      worst =
          std::max(worst, std::abs(full[pair * 4 + e] - wide_ntk(theta, left, right, e / 2, e % 2)) / scale);
    }
    const auto trace_of = [&](const Hidden& a, const Hidden& b) {
      return wide_ntk(theta, a, b, 0, 0) + wide_ntk(theta, a, b, 1, 1);
    };
    const double scale = std::sqrt(trace_of(left, left) * trace_of(right, right));
    worst = std::max(worst, std::abs(sums[pair] - trace_of(left, right)) / scale);
  }
  return worst;
}

constexpr std::array all_modes{OutputMode::sum, OutputMode::mean, OutputMode::full, OutputMode::diagonal};

}  // namespace

TEST_CASE("The local kernel is the product of Jacobians in every output mode") {
  const Data x = normal_data(13, Small::inputs);
  const auto theta = normal_theta<Small>();
  const Jacobians oracle = dual_jacobians<Small>(theta, x);
  for (const OutputMode mode : all_modes) {
    CHECK(worst_error(local_gram<Small, double>(theta, mode, x), oracle, oracle, mode) <= local_f64);
  }
}

TEST_CASE("The local kernel is right for any number of samples") {
  const auto theta = normal_theta<Small>();
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, simd::lanes<double> - 1, simd::lanes<double>,
                              simd::lanes<double> + 1, 3 * simd::lanes<double> + 5}) {
    const Data x = normal_data(n, Small::inputs, n);
    const Jacobians oracle = dual_jacobians<Small>(theta, x);
    CAPTURE(n);
    CHECK(worst_error(local_gram<Small, double>(theta, OutputMode::sum, x), oracle, oracle,
                      OutputMode::sum) <= local_f64);
  }
}

TEST_CASE("The local kernel is right for rectangular Gram matrices") {
  const auto theta = normal_theta<Small>();
  const Data x = normal_data(31, Small::inputs, 3), z = normal_data(2, Small::inputs, 4);
  const Jacobians of_x = dual_jacobians<Small>(theta, x), of_z = dual_jacobians<Small>(theta, z);
  for (const OutputMode mode : all_modes) {
    CHECK(worst_error(local_gram<Small, double>(theta, mode, x, z), of_x, of_z, mode) <= local_f64);
    CHECK(worst_error(local_gram<Small, double>(theta, mode, z, x), of_z, of_x, mode) <= local_f64);
  }
}

TEST_CASE("The local kernel of a wide network is right over groups of tiles and blocks of depth") {
  using Kernel = LocalKernel<Wide, double, trace>;
  static_assert(Kernel::tiles_per_group > 1 && Wide::inputs > depth_block);
  const std::size_t n = (Kernel::tiles_per_group + 1) * simd::lanes<double> + 1;
  const Data x = normal_data(n, Wide::inputs);
  const auto theta = normal_theta<Wide>();
  std::vector<Hidden> hidden;
  for (std::size_t i = 0; i < n; ++i) hidden.emplace_back(theta, x.sample(i));
  const auto full = local_gram<Wide, double>(theta, OutputMode::full, x);
  const auto sums = local_gram<Wide, double>(theta, OutputMode::sum, x);
  CHECK(worst_wide_error(theta, hidden, full, sums) <= local_f64);
}

TEST_CASE("Sums are the trace of the full block, and diagonals its diagonal") {
  constexpr std::size_t outputs = Small::outputs;
  const Data x = normal_data(17, Small::inputs);
  const auto theta = normal_theta<Small>();
  const auto full = local_gram<Small, double>(theta, OutputMode::full, x);
  const auto diagonal = local_gram<Small, double>(theta, OutputMode::diagonal, x);
  const auto sum = local_gram<Small, double>(theta, OutputMode::sum, x);
  for (std::size_t pair = 0; pair < sum.size(); ++pair) {
    double diagonal_sum = 0;
    for (std::size_t o = 0; o < outputs; ++o) {
      diagonal_sum += full[pair * outputs * outputs + o * (outputs + 1)];
      REQUIRE(diagonal[pair * outputs + o] == full[pair * outputs * outputs + o * (outputs + 1)]);
    }
    const std::size_t i = pair / x.count(), j = pair % x.count();
    const double scale = std::sqrt(sum[i * (x.count() + 1)] * sum[j * (x.count() + 1)]);
    REQUIRE(std::abs(sum[pair] - diagonal_sum) <= local_f64 * scale);
  }
}
