// SPDX-License-Identifier: BSD-3-Clause
//
// Bounds against the kernels that they bound: of ECRN's blocks at infinite width, with every way to drop
// them.
#include "nntk/analysis/residual_bounds.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "nntk/analysis/spectrum.hpp"
#include "nntk/arch/ecrn.hpp"
#include "nntk/kernel/infinite.hpp"
#include "support/flow.hpp"
#include "support/gram.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr Scale scale{std::numbers::sqrt2, 0.3};
constexpr std::size_t count = 12, depth = 3;
constexpr double frequency = 0.3;
/// Branches of scale 1 that may be dropped, so that their scales are chosen at run time.
using Waves = Network<Input<3>, FourierFeatures<8, frequency>,
                      EcrnBlocks<depth, 16, constant_law<1.0>, constant_law<0.5>, Relu, scale>, Dense<1>>;

Matrix square(const std::vector<double>& values) {
  Matrix matrix = xt::empty<double>({count, count});
  std::ranges::copy(values, matrix.begin());
  return matrix;
}

/// The mean kernel over all 2³ ways to drop blocks.
Matrix mean_kernel(InfiniteKind kind, const Data& x, const std::array<double, depth>& alpha, double drop) {
  Matrix mean = xt::zeros<double>({count, count});
  for (unsigned kept = 0; kept < 1U << depth; ++kept) {
    std::array<double, depth> factors{};
    double probability = 1;
    for (std::size_t l = 0; l < depth; ++l) {
      const bool is_kept = ((kept >> l) & 1U) != 0;
      factors[l] = is_kept ? alpha[l] : 0;
      probability *= is_kept ? 1 - drop : drop;
    }
    mean += probability * square(gram_of(InfiniteKernel<Waves, double>(kind, OutputMode::mean, factors), x));
  }
  return mean;
}

/// The waves, whose mean over units is e^{−E[z²]/2}/2.
Vector wave_means(const Data& x) {
  Vector means = xt::empty<double>({x.count()});
  for (std::size_t i = 0; i < x.count(); ++i) {
    double norm = 0;
    for (const double value : x.sample(i)) norm += value * value;
    means(i) = 0.5 * std::exp(-2 * std::pow(std::numbers::pi * frequency, 2) * norm / 3);
  }
  return means;
}

/// With room for the rounding of a spectrum of 12: n ε λ_max.
void check_within(const Extremes& bounds, const Matrix& kernel) {
  const Vector values = eigenvalues(kernel);
  const double highest = values(count - 1), rounding = count * 2.3e-16 * highest;
  CHECK(values(0) >= bounds.lowest - rounding);
  CHECK(highest <= bounds.highest + rounding);
  CHECK(bounds.lowest > 0);
}

}  // namespace

TEST_CASE("Spectra of ECRN lie within their bounds for any scales and drop probabilities") {
  const Data x = normal_data(count, 3);
  const Matrix entering = mean_kernel(InfiniteKind::nngp, x, {}, 0) - 0.01;  // without the output's bias
  for (const double drop : {0.0, 0.3}) {
    for (const auto& alpha :
         {std::array{0.0, 0.0, 0.0}, {0.2, 0.1, 0.05}, {1.0, 1.0, 1.0}, {0.3, 4.0, -1.0}}) {
      CAPTURE(drop, alpha[0], alpha[1]);
      std::vector<ResidualBlock> blocks;
      for (const double a : alpha) blocks.push_back({a, drop, scale.weight, scale.bias});
      const auto bounds =
          bound_residual_spectrum(entering, wave_means(x), blocks, rectifier_slopes(1, 0), 1, 0.1);
      check_within(bounds.nngp, mean_kernel(InfiniteKind::nngp, x, alpha, drop));
      check_within(bounds.ntk, mean_kernel(InfiniteKind::ntk, x, alpha, drop));
    }
  }
}

TEST_CASE("Bounds of a linear residual network without biases are its spectrum") {
  constexpr Scale linear{1.2, 0};
  using Net = Network<Input<16>, Residual<0.5, Dense<16, linear>, Identity>,
                      Residual<-0.25, Dense<16, linear>, Identity>, Dense<1, linear>>;
  const Data x = normal_data(count, 16);
  const Matrix inputs = square(gram_of(
      InfiniteKernel<Network<Input<16>, Dense<1, Scale{1, 0}>>, double>(InfiniteKind::nngp, OutputMode::mean),
      x));
  const std::vector<ResidualBlock> blocks{{0.5, 0, 1.2, 0}, {-0.25, 0, 1.2, 0}};
  const auto bounds =
      bound_residual_spectrum(inputs, xt::zeros<double>({count}), blocks, rectifier_slopes(1, -1), 1.2, 0);
  for (const auto& [kind, extremes] :
       {std::pair{InfiniteKind::nngp, bounds.nngp}, std::pair{InfiniteKind::ntk, bounds.ntk}}) {
    const Vector values =
        eigenvalues(square(gram_of(InfiniteKernel<Net, double>(kind, OutputMode::mean), x)));
    const double rounding = count * 1e-15 * values(count - 1);
    CHECK(std::abs(values(0) - extremes.lowest) <= rounding);
    CHECK(std::abs(values(count - 1) - extremes.highest) <= rounding);
  }
}

TEST_CASE("Bounds of what is no spectrum, no scale and no probability are refused") {
  using Catch::Contains;
  const Matrix one = xt::ones<double>({2, 2});
  const Vector means = xt::zeros<double>({2});
  const auto bound = [&](const Matrix& gram, const Vector& m, const ResidualBlock& block) {
    return bound_residual_spectrum(gram, m, std::array{block}, rectifier_slopes(1, 0), 1, 0);
  };
  CHECK_NOTHROW(bound(one, means, {1, 0.5}));
  CHECK_THROWS_WITH(bound(one, means, {1, 1.5}), "expected a drop probability in [0, 1], found 1.5");
  CHECK_THROWS_WITH(bound(one, means, {inf, 0}), Contains("finite scales"));
  CHECK_THROWS_WITH(bound(one, xt::zeros<double>({3}), {}), "expected 2 means, found 3");
  CHECK_THROWS_AS(bound(one, xt::ones<double>({2}) * 2, {}), DataError);
}
