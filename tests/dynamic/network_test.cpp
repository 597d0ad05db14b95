// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/network.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "architectures.hpp"
#include "dynamic/jet_network.hpp"
#include "nntk/error.hpp"

using namespace nntk;
using namespace nntk::dynamic;
using namespace nntk::dynamic::testing;

namespace {

constexpr OutputMode all_modes[] = {OutputMode::sum, OutputMode::mean, OutputMode::full,
                                    OutputMode::diagonal};

/// Against forward mode, which shares neither a derivative nor a sweep with the twin. Both round some hundred
/// times.
void require_twin_equals_jets(const Layers& layers, std::size_t rows, std::size_t columns, OutputMode mode) {
  const JetNetwork jets(layers);
  for (const Products products : {Products::whole, Products::tiled}) {
    const DynamicNetwork<double> twin(layers, 1, products);
    REQUIRE(twin.parameter_count() == jets.parameter_count());
    const std::vector<double> theta = normal(twin.parameter_count(), 1);
    const std::vector<double> x = normal(rows * twin.inputs(), 2), x2 = normal(columns * twin.inputs(), 3);
    CHECK(relative_difference(twin.gram(theta, x, x2, mode), jets.gram(theta, x, x2, mode)) <= 1e-12);
  }
}

std::vector<double> gram_of(const Layers& layers, std::size_t samples, OutputMode mode) {
  const DynamicNetwork<double> twin(layers);
  return twin.gram(normal(twin.parameter_count(), 1), normal(samples * twin.inputs(), 2), {}, mode);
}

}  // namespace

// 15_empirical_relu_3-4-2 of the golden values: x, then z; plain z = W a + b, every number exact in binary.
TEST_CASE("A network computed by hand is met exactly") {
  const Layers layers = {input(3), standard_dense(3, 4), activation("Relu", 4), standard_dense(4, 2)};
  const std::vector<double> theta = {1,     -2, 0.5, 0.25, 1,  -1,  -1, 0.5, 2, 2,  0, 1, 0.5,
                                     -0.25, 0,  -3,  1,    -1, 0.5, 2,  0.5, 2, -1, 1, 7, -7};
  const std::vector<double> x = {1, 0.5, -0.25}, z = {1.5, -0.5, 0.25};
  const DynamicNetwork<double> twin(layers);
  CHECK(twin.gram(theta, x, {}, OutputMode::full) ==
        std::vector<double>{6.328125, -3.46875, -3.46875, 11.53125});
  CHECK(twin.gram(theta, x, z, OutputMode::full) == std::vector<double>{4.359375, 1.09375, 1.09375, 2.71875});
  CHECK(twin.gram(theta, z, {}, OutputMode::full) ==
        std::vector<double>{28.640625, 8.90625, 8.90625, 15.28125});
}

TEST_CASE("The twin equals forward mode for every architecture and mode") {
  for (const auto& [name, layers] : architectures())
    for (const OutputMode mode : all_modes) {
      CAPTURE(name, static_cast<int>(mode));
      require_twin_equals_jets(layers, 9, 0, mode);
      require_twin_equals_jets(layers, 9, 4, mode);
      require_twin_equals_jets(layers, 1, 0, mode);
      require_twin_equals_jets(layers, 1, 5, mode);
    }
}

TEST_CASE("The twin equals forward mode for every activation") {
  for (const char* name : {"Identity", "Relu", "LeakyRelu", "Abs", "Tanh", "Erf", "Gelu", "Sigmoid", "Sin",
                           "Cos", "Softplus", "Sign", "Heaviside", "HardTanh", "Quantize"}) {
    CAPTURE(name);
    const Layers layers = {input(2),    dense(2, 5),         activation(name, 5),
                           dense(5, 3), activation(name, 3), dense(3, 2)};
    require_twin_equals_jets(layers, 7, 0, OutputMode::full);
  }
}

TEST_CASE("The twin equals forward mode across tile edges") {
  const Layers narrow = {input(2), dense(2, 3), activation("Relu", 3), dense(3, 2)};
  const Layers wide = {input(2), dense(2, 100), activation("Relu", 100), dense(100, 1)};
  for (const OutputMode mode : all_modes) {
    require_twin_equals_jets(narrow, 203, 0, mode);
    require_twin_equals_jets(narrow, 50, 131, mode);
  }
  require_twin_equals_jets(wide, 203, 0, OutputMode::sum);
}

TEST_CASE("The slope of a leaky Relu is that of its function") {
  tool::LayerDescription leaky = activation("LeakyRelu", 4);
  leaky.activation = [](double x) { return x > 0 ? x : 0.25 * x; };
  leaky.activation_derivative = [](double x) { return x > 0 ? 1 : 0.25; };
  require_twin_equals_jets({input(3), dense(3, 4), leaky, dense(4, 2)}, 6, 0, OutputMode::full);
}

TEST_CASE("The Gram matrix is exactly symmetric") {
  for (const auto& [name, layers] : architectures()) {
    CAPTURE(name);
    const std::size_t samples = 67, outputs = layers.back().out;
    const std::vector<double> k = gram_of(layers, samples, OutputMode::full);
    std::size_t asymmetric = 0;
    const auto at = [&](std::size_t i, std::size_t j, std::size_t o, std::size_t p) {
      return k[((i * samples + j) * outputs + o) * outputs + p];
    };
    for (std::size_t i = 0; i < samples; ++i)
      for (std::size_t j = 0; j <= i; ++j)
        for (std::size_t o = 0; o < outputs; ++o)
          for (std::size_t p = 0; p < outputs; ++p) asymmetric += at(i, j, o, p) != at(j, i, p, o);
    CHECK(asymmetric == 0);
  }
}

TEST_CASE("Sum is the trace of full, mean is sum over the outputs, diagonal is the diagonal of full") {
  for (const auto& [name, layers] : architectures()) {
    CAPTURE(name);
    const std::size_t samples = 11, outputs = layers.back().out;
    const std::vector<double> full = gram_of(layers, samples, OutputMode::full);
    std::vector<double> diagonal, sum, mean;
    for (std::size_t pair = 0; pair < samples * samples; ++pair) {
      sum.push_back(0);
      for (std::size_t o = 0; o < outputs; ++o) {
        diagonal.push_back(full[(pair * outputs + o) * outputs + o]);
        sum.back() += diagonal.back();
      }
      mean.push_back(sum.back() / static_cast<double>(outputs));
    }
    CHECK(relative_difference(gram_of(layers, samples, OutputMode::diagonal), diagonal) <= 1e-14);
    CHECK(relative_difference(gram_of(layers, samples, OutputMode::sum), sum) <= 1e-14);
    CHECK(relative_difference(gram_of(layers, samples, OutputMode::mean), mean) <= 1e-14);
  }
}

TEST_CASE("A row of the rectangular matrix is a row of the symmetric one") {
  const DynamicNetwork<double> twin(architectures()[1].second);
  const std::vector<double> theta = normal(twin.parameter_count(), 1), x = normal(20 * twin.inputs(), 2);
  const std::vector<double> whole = twin.gram(theta, x, {}, OutputMode::sum);
  const std::vector<double> row = twin.gram(theta, std::span(x).first(twin.inputs()), x, OutputMode::sum);
  CHECK(relative_difference(row, {whole.begin(), whole.begin() + 20}) <= 1e-14);
}

TEST_CASE("In single precision the twin is within some hundred roundings of double") {
  for (const auto& [name, layers] : architectures()) {
    CAPTURE(name);
    const DynamicNetwork<float> twin(layers);
    const std::vector<double> theta = normal(twin.parameter_count(), 1), x = normal(10 * twin.inputs(), 2);
    const std::vector<float> theta_f(theta.begin(), theta.end()), x_f(x.begin(), x.end());
    const std::vector<float> k = twin.gram(theta_f, x_f, {}, OutputMode::full);
    CHECK(relative_difference({k.begin(), k.end()}, gram_of(layers, 10, OutputMode::full)) <= 1e-5);
  }
}

TEST_CASE("The forward sweep gives one row of outputs a sample") {
  const DynamicNetwork<double> twin(Layers{input(2), dense(2, 2, std::sqrt(2.0), 1), activation("Relu", 2)});
  const std::vector<double> theta = {1, 2, 3, 4, -1, 0.5}, x = {1, 1, -1, 0, 0, -0.25};
  CHECK(relative_difference(twin.forward(theta, x), {2, 7.5, 0, 0, 0, 0}) <= 1e-15);
}

TEST_CASE("What does not fit is refused in a sentence") {
  const DynamicNetwork<double> twin(architectures()[0].second);
  const std::vector<double> theta(twin.parameter_count()), x(6);
  CHECK_THROWS_WITH(twin.forward(std::span(theta).first(3), x), "the network has 8 parameters, not 3");
  CHECK_THROWS_WITH(twin.forward(theta, std::span(x).first(4)), "4 numbers are no rows of 3 inputs");
  CHECK_THROWS_AS(DynamicNetwork<double>(Layers{input(3), activation("Unheard", 3)}), UsageError);
}
