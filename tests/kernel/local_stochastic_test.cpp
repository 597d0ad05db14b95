// SPDX-License-Identifier: BSD-3-Clause
//
// Local kernels of networks that draw or select: of one realisation, of many, and of their mean.
#include <catch2/catch.hpp>
#include <cmath>

#include "support/local_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Drawing = Network<Input<3>, Dense<5>, Dropout<0.4>, Tanh, StochasticDepth<0.5, Dense<5>, Brownian>,
                        Noise<0.3>, Dense<2>>;

/// Of so many cotangents that factors are contracted one after another, over groups of tiles, past zeros.
using WideDrawing = Network<Input<3>, Dense<12>, Dropout<0.5>, Tanh, StochasticDepth<0.5, Dense<12>, Sin>,
                            Noise<0.3>, Dense<24>>;

static_assert(LocalKernel<WideDrawing, double, trace>::tiles_per_group > 1 &&
              LocalKernel<WideDrawing, double, trace>::passes_over);

constexpr std::size_t realisations = 5;

/// Jacobians whose products are the mean of the products of the realisations: side by side.
template <class Net>
Jacobians side_by_side(const std::vector<double>& theta, const Data& x) {
  constexpr std::size_t p = Net::parameter_count;
  Jacobians all{Net::outputs, realisations * p, {}};
  all.values.resize(x.count() * all.outputs * all.parameters);
  for (std::size_t r = 0; r < realisations; ++r) {
    const Jacobians one = dual_jacobians<Net>(theta, x, r);
    for (std::size_t row = 0; row < x.count() * all.outputs; ++row)
      for (std::size_t k = 0; k < p; ++k)
        all.values[row * all.parameters + r * p + k] = one.values[row * p + k] / std::sqrt(realisations);
  }
  return all;
}

template <class Net>
Jacobians mean(const std::vector<double>& theta, const Data& x) {
  Jacobians sum = dual_jacobians<Net>(theta, x, 0);
  for (std::size_t r = 1; r < realisations; ++r) {
    const Jacobians one = dual_jacobians<Net>(theta, x, r);
    for (std::size_t k = 0; k < sum.values.size(); ++k) sum.values[k] += one.values[k];
  }
  for (double& value : sum.values) value /= realisations;
  return sum;
}

template <class Net, tangent::Reduction reduction>
void check_average(Average average, OutputMode mode, std::size_t count = simd::lanes<double> + 2) {
  const auto theta = normal_theta<Net>();
  const Data x = normal_data(count, Net::inputs);
  const Jacobians oracle = average == Average::kernel ? side_by_side<Net>(theta, x) : mean<Net>(theta, x);
  const LocalKernel<Net, double, reduction> kernel(theta.data(), mode, {realisations, average});
  CHECK(worst_error(gram_of(kernel, x), oracle, oracle, mode) <= local_f64);
}

/// K(x, x') of a network with one output, averaged over seeds, and its standard error.
struct Mean {
  double value = 0, error = 0;
};
template <class Net>
Mean mean_over_seeds(Average average, std::size_t count, const Data& pair) {
  constexpr int seeds = 400;
  const auto theta = normal_theta<Net>();
  double sum = 0, square = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const double k = gram_of(Ntk<Net>(theta.data(), OutputMode::sum, {count, average, seed}), pair)[1];
    sum += k;
    square += k * k;
  }
  return {sum / seeds, std::sqrt((square / seeds - sum * sum / seeds / seeds) / (seeds - 1))};
}

}  // namespace

TEST_CASE("The local kernel of one realisation is the product of its Jacobians") {
  check_local_against_duals<Drawing, double, trace, each>();
  check_local_against_duals<Drawing, float, trace>();
}

TEST_CASE("The local kernel takes noise behind the output, and drops in nested branches") {
  check_local_against_duals<Network<Input<3>, Dense<4>, Sin, Dropout<0.3>, Dense<2>, Noise<1.0>>, double,
                            trace>();
  check_local_against_duals<
      Network<Input<3>, Repeat<3, StochasticDepth<0.5, Dense<3>, StochasticDepth<0.5, Sin, Dense<3>>>>,
              Dense<2>>,
      double, trace>();
}

TEST_CASE("The local kernel goes through drawn frequencies wherever they stand") {
  using Net = Network<Input<3>, Dense<4>, FourierFeatures<5, 0.3>,
                      StochasticResidual<0.7, 0.5, Dense<10>, FourierFeatures<5, 0.2>, Noise<0.5>>, Dense<2>>;
  check_local_against_duals<Net, double, trace, each>();
  check_local_against_duals<Net, float, trace>();
  check_local_against_duals<Network<Input<3>, FourierFeatures<4, 0.3, Training::trained>, Dense<2>>, double,
                            trace, each>();
  check_local_against_duals<Network<Input<3>, Dense<2>, SinCos>, double, trace, each>();
}

TEST_CASE("The local kernel goes through LayerNorm wherever it stands") {
  using Net = Network<Input<3>, LayerNorm, Dense<5>, LayerNormOf<0.1>, Tanh,
                      Residual<0.7, Dense<5>, LayerNorm, Relu>, Dense<3>, LayerNormOf<0.5>>;
  check_local_against_duals<Net, double, trace, each>();
  check_local_against_duals<Net, float, trace>();
}

TEST_CASE("The local kernel of selections is the product of its Jacobians") {
  check_local_against_duals<Network<Input<3>, Dense<12>, MaxOut<3>, Dense<6>, TopK<2>, Dense<3>>, double,
                            trace, each>();
  check_local_against_duals<Network<Input<3>, Dense<6>, MaxOut<2>>, double, trace, each>();
}

TEST_CASE("A hard threshold in a residual body leaves the tangent of the skip alone") {
  check_local_against_duals<Network<Input<3>, Dense<4>, Residual<0.5, Sign, Dense<4>>, Dense<2>>, double,
                            trace>();
  check_local_against_duals<Network<Input<3>, Dense<4>, Residual<0.5, Dense<4>, Heaviside>, Dense<2>>, double,
                            trace>();
}

TEST_CASE("The mean kernel is the mean of the kernels of its realisations") {
  check_average<Drawing, trace>(Average::kernel, OutputMode::sum);
  check_average<Drawing, each>(Average::kernel, OutputMode::full);
}

TEST_CASE("The kernel of the mean network is the product of its mean Jacobians") {
  check_average<Drawing, trace>(Average::network, OutputMode::mean);
  check_average<Drawing, each>(Average::network, OutputMode::diagonal);
}

TEST_CASE("So are those of many cotangents, over groups of tiles") {
  constexpr std::size_t count = 4 * simd::lanes<double> + 2;
  check_average<WideDrawing, trace>(Average::kernel, OutputMode::sum, count);
  check_average<WideDrawing, trace>(Average::network, OutputMode::sum, count);
}

// f = w·(m ∘ x) with E[m] = 1, E[m²] = 1/(1−p) = 2: mean kernel 2 ⟨x,x'⟩; of the mean of R networks
// ⟨x,x'⟩ (1 + (2 − 1)/R).
TEST_CASE("Dropout on a linear network: both averages are exact in the mean") {
  using Net = Network<Input<2>, Dropout<0.5>, Dense<1, Scale{1.0, 0.0}, Parameterisation::standard>>;
  const Data pair{2, {1, 0.5, 0.75, -0.25}};
  const double product = 0.75 - 0.125;
  const Mean kernel = mean_over_seeds<Net>(Average::kernel, 4, pair);
  CHECK(std::abs(kernel.value - 2 * product) <= standard_errors * kernel.error);
  const Mean network = mean_over_seeds<Net>(Average::network, 4, pair);
  CHECK(std::abs(network.value - 1.25 * product) <= standard_errors * network.error);
}

// f = x (1 + b w), b ~ Bernoulli(q): ∂f/∂w = b x, mean kernel q x x', of the mean network q² + q(1−q)/R.
TEST_CASE("Stochastic depth on a linear branch: both averages are exact in the mean") {
  using Net = Network<Input<1>, StochasticDepth<0.25, Dense<1, Scale{1.0, 0.0}, Parameterisation::standard>>>;
  const Data pair{1, {2, 3}};
  const Mean kernel = mean_over_seeds<Net>(Average::kernel, 2, pair);
  CHECK(std::abs(kernel.value - 0.75 * 6) <= standard_errors * kernel.error);
  const Mean network = mean_over_seeds<Net>(Average::network, 2, pair);
  CHECK(std::abs(network.value - (0.5625 + 0.1875 / 2) * 6) <= standard_errors * network.error);
}

// f = φ(w x + σ ξ), φ = relu: ∂f/∂w = x [w x + σ ξ > 0]. With w x/σ = a, w x'/σ = a' of one sign the mean
// kernel is x x' P(ξ > −min(a, a')) = x x' Φ(min), that of the mean network of many realisations x x' Φ(a)
// Φ(a').
TEST_CASE("Noise before a rectifier: both averages are normal probabilities") {
  using Net = Network<Input<1>, Dense<1, Scale{1.0, 0.0}, Parameterisation::standard>, Noise<0.5>, Relu>;
  constexpr std::size_t count = 20000;
  const std::vector<double> theta{0.4};
  const Data pair{1, {1, 2}};
  const auto phi = [](double a) { return 0.5 * std::erfc(-a / std::sqrt(2.0)); };
  const double a = 0.4 / 0.5, b = 0.8 / 0.5;
  const double kernel = gram_of(Ntk<Net>(theta.data(), OutputMode::sum, {count, Average::kernel}), pair)[1];
  CHECK(std::abs(kernel / 2 - phi(a)) <= standard_errors * std::sqrt(phi(a) * (1 - phi(a)) / count));
  // The mean of R indicators errs by √(Φ(1−Φ)/R), a product of two by at most the sum of both.
  constexpr std::size_t few = 400;
  const double network = gram_of(Ntk<Net>(theta.data(), OutputMode::sum, {few, Average::network}), pair)[1];
  CHECK(std::abs(network / 2 - phi(a) * phi(b)) <=
        standard_errors * (std::sqrt(phi(a) * (1 - phi(a)) / few) + std::sqrt(phi(b) * (1 - phi(b)) / few)));
}
