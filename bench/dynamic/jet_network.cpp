// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/jet_network.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "dynamic/blas.hpp"
#include "dynamic/jet.hpp"
#include "dynamic/samples.hpp"
#include "nntk/error.hpp"

namespace nntk::dynamic {

namespace {

using tool::LayerDescription;

/// Directions of a pass. Widths [8,64,64,1], 64 inputs, GCC 12 with AVX-512: 1121 ms with 8, 1277 with 16,
/// 341 with 32, 502 with 64.
constexpr std::size_t directions = 32;
using Number = Jet<directions>;
using Numbers = std::vector<Number>;

/// Rows of the Jacobian that are held at a time.
constexpr std::size_t rows_held = 2560;

Number relu(const Number& x) { return x.a > 0 ? x : Number(0); }
Number magnitude(const Number& x) { return x.a > 0 ? x : -x; }
Number sign(const Number& x) { return Number((x.a > 0) - (x.a < 0)); }
Number heaviside(const Number& x) { return Number(x.a > 0); }
Number hard_tanh(const Number& x) { return std::abs(x.a) > 1 ? sign(x) : x; }
Number gelu(const Number& x) { return 0.5 * x * (1 + erf(std::numbers::sqrt2 / 2 * x)); }
Number sigmoid(const Number& x) { return 0.5 + 0.5 * tanh(0.5 * x); }
Number softplus(const Number& x) { return relu(x) + log1p(exp(-magnitude(x))); }

std::function<Number(const Number&)> find_activation(const LayerDescription& layer) {
  static const std::map<std::string, Number (*)(const Number&)> built_in = {
      {"Identity", [](const Number& x) { return x; }},
      {"Relu", relu},
      {"Abs", magnitude},
      {"Tanh", [](const Number& x) { return tanh(x); }},
      {"Erf", [](const Number& x) { return erf(x); }},
      {"Gelu", gelu},
      {"Sigmoid", sigmoid},
      {"Sin", [](const Number& x) { return sin(x); }},
      {"Cos", [](const Number& x) { return cos(x); }},
      {"Softplus", softplus},
      {"Sign", sign},
      {"Heaviside", heaviside},
      {"HardTanh", hard_tanh}};
  if (const auto found = built_in.find(layer.name); found != built_in.end()) return found->second;
  if (layer.activation)
    return [&layer](const Number& x) {
      return chain(x, layer.activation(x.a), layer.activation_derivative(x.a));
    };
  if (layer.name == "LeakyRelu") return [](const Number& x) { return x.a > 0 ? x : 0.01 * x; };
  if (layer.name == "Quantize") return [](const Number& x) { return 0.25 * floor(4 * x + 0.5); };
  throw UsageError("forward mode knows no layer \"" + layer.name + "\" and was given no function for it");
}

std::size_t own_parameters(const LayerDescription& layer) {
  if (layer.name != "Dense") return 0;
  return layer.out * layer.in + (layer.bias_scale != 0 ? layer.out : 0);
}

std::size_t count_parameters(std::span<const LayerDescription> layers) {
  std::size_t count = 0;
  for (const LayerDescription& layer : layers)
    count += own_parameters(layer) + count_parameters(layer.children);
  return count;
}

/// z = weight_factor · W a + bias_factor · b; θ begins with this layer.
Numbers apply_dense(const LayerDescription& layer, const Numbers& a, const Number* theta) {
  const bool standard = layer.standard_parameterisation, has_bias = layer.bias_scale != 0;
  const double weight_factor = standard ? 1 : layer.weight_scale / std::sqrt(static_cast<double>(layer.in));
  const double bias_factor = standard ? 1 : layer.bias_scale;
  Numbers z(layer.out);
  for (std::size_t i = 0; i < layer.out; ++i) {
    for (std::size_t j = 0; j < layer.in; ++j) z[i] += theta[i * layer.in + j] * a[j];
    z[i] = weight_factor * z[i];
    if (has_bias) z[i] += bias_factor * theta[layer.out * layer.in + i];
  }
  return z;
}

/// Runs through the layers; leaves θ behind their last parameter.
Numbers evaluate(std::span<const LayerDescription> layers, Numbers a, const Number*& theta) {
  for (const LayerDescription& layer : layers) {
    if (layer.name == "Input") continue;
    if (layer.name == "Dense") {
      a = apply_dense(layer, a, theta);
      theta += own_parameters(layer);
    } else if (layer.name == "Residual") {
      const Numbers branch = evaluate(layer.children, a, theta);
      for (std::size_t i = 0; i < a.size(); ++i) a[i] += layer.branch_scale * branch[i];
    } else if (!layer.children.empty()) {
      a = evaluate(layer.children, std::move(a), theta);
    } else {
      std::ranges::transform(a, a.begin(), find_activation(layer));
    }
  }
  return a;
}

/// Output o of every sample into row o, derivatives in `count` directions into the rows O apart from `first`
/// on.
void evaluate_samples(std::span<const LayerDescription> layers, const Numbers& theta, const Matrix<double>& x,
                      std::size_t first, std::size_t count, Matrix<double>& jacobian) {
  for (std::size_t i = 0; i < x.columns(); ++i) {
    Numbers input(x.rows());
    for (std::size_t j = 0; j < x.rows(); ++j) input[j] = Number(x.row(j)[i]);
    const Number* parameters = theta.data();
    const Numbers output = evaluate(layers, std::move(input), parameters);
    for (std::size_t k = 0; k < count; ++k)
      for (std::size_t o = 0; o < output.size(); ++o)
        jacobian.row((first + k) * output.size() + o)[i] = output[o].v[k];
  }
}

}  // namespace

JetNetwork::JetNetwork(std::span<const LayerDescription> layers)
    : layers_(layers.begin(), layers.end()),
      inputs_(layers.front().out),
      outputs_(layers.back().out),
      parameter_count_(count_parameters(layers)) {}

Matrix<double> JetNetwork::jacobian(std::span<const double> theta, std::span<const double> x,
                                    std::size_t first, std::size_t count) const {
  check_parameters(theta.size(), parameter_count_);
  const Matrix<double> samples = read_samples(x, inputs_);
  Matrix<double> result(count * outputs_, samples.columns());
  Numbers parameters(theta.begin(), theta.end());
  for (std::size_t done = 0; done < count; done += directions) {
    const std::size_t pass = std::min(directions, count - done);
    for (std::size_t k = 0; k < pass; ++k) parameters[first + done + k].v[k] = 1;
    evaluate_samples(layers_, parameters, samples, done, pass, result);
    for (std::size_t k = 0; k < pass; ++k) parameters[first + done + k].v[k] = 0;
  }
  return result;
}

Tangent<double> JetNetwork::tangent(std::span<const double> theta, std::span<const double> x, OutputMode mode,
                                    std::size_t first, std::size_t count) const {
  Tangent<double> result;
  result.emplace_back(mode, jacobian(theta, x, first, count), outputs_);
  return result;
}

std::vector<double> JetNetwork::gram(std::span<const double> theta, std::span<const double> x,
                                     std::span<const double> x2, OutputMode mode) const {
  const BlasThreads threads(1);
  const GramShape shape{mode, outputs_, x.size() / inputs_, x2.size() / inputs_};
  std::vector<double> result(shape.size());
  Gram<double> gram(shape, result);
  const std::size_t held = std::max<std::size_t>(1, rows_held / outputs_);
  for (std::size_t first = 0; first < parameter_count_; first += held) {
    const std::size_t count = std::min(held, parameter_count_ - first);
    const Tangent<double> left = tangent(theta, x, mode, first, count);
    gram.add(left, shape.is_symmetric() ? left : tangent(theta, x2, mode, first, count));
  }
  return result;
}

}  // namespace nntk::dynamic
