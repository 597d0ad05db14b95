// SPDX-License-Identifier: BSD-3-Clause
//
// Run-time descriptions of networks, written as short as their declarations, and random numbers to feed them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "nntk/tool/program.hpp"

namespace nntk::dynamic::testing {

using Layers = std::vector<tool::LayerDescription>;

inline tool::LayerDescription layer(std::string name, std::size_t in, std::size_t out) {
  tool::LayerDescription result;
  result.name = std::move(name);
  result.in = in;
  result.out = out;
  return result;
}

inline tool::LayerDescription input(std::size_t width) { return layer("Input", width, width); }

inline tool::LayerDescription dense(std::size_t in, std::size_t out, double weight_scale = 1.2,
                                    double bias_scale = 0.3) {
  tool::LayerDescription result = layer("Dense", in, out);
  result.weight_scale = weight_scale;
  result.bias_scale = bias_scale;
  return result;
}

/// z = W a + b.
inline tool::LayerDescription standard_dense(std::size_t in, std::size_t out) {
  tool::LayerDescription result = dense(in, out);
  result.standard_parameterisation = true;
  return result;
}

inline tool::LayerDescription activation(const std::string& name, std::size_t width) {
  return layer(name, width, width);
}

inline tool::LayerDescription residual(double scale, std::size_t width, Layers body) {
  tool::LayerDescription result = layer("Residual", width, width);
  result.branch_scale = scale;
  result.children = std::move(body);
  return result;
}

/// x/(1 + x²), which the twin does not know by name.
inline tool::LayerDescription rational(std::size_t width) {
  tool::LayerDescription result = layer("Elementwise", width, width);
  result.activation = [](double x) { return x / (1 + x * x); };
  result.activation_derivative = [](double x) { return (1 - x * x) / ((1 + x * x) * (1 + x * x)); };
  return result;
}

/// Every way in which layers can follow each other: a name and a network of 3 inputs.
inline std::vector<std::pair<std::string, Layers>> architectures() {
  return {
      {"one layer", {input(3), dense(3, 2)}},
      {"two hidden",
       {input(3), dense(3, 7), activation("Relu", 7), dense(7, 5), activation("Tanh", 5), dense(5, 2)}},
      {"bias-free", {input(3), dense(3, 6, 1, 0), activation("Erf", 6), dense(6, 3, 1, 0)}},
      {"standard", {input(3), standard_dense(3, 6), activation("Gelu", 6), standard_dense(6, 2)}},
      {"linear inside", {input(3), dense(3, 5), dense(5, 4), activation("Sin", 4), dense(4, 4), dense(4, 3)}},
      {"activation last",
       {input(3), dense(3, 4), activation("Relu", 4), dense(4, 2), activation("Sigmoid", 2)}},
      {"two activations", {input(3), dense(3, 4), activation("Cos", 4), activation("Tanh", 4), dense(4, 2)}},
      {"activation first", {input(3), activation("Tanh", 3), dense(3, 4), activation("Abs", 4), dense(4, 2)}},
      {"own function", {input(3), dense(3, 4), rational(4), dense(4, 2)}},
      {"residual",
       {input(3), dense(3, 5), residual(0.7, 5, {dense(5, 6), activation("Relu", 6), dense(6, 5)}),
        dense(5, 2)}},
      {"residual first and last",
       {input(3), residual(0.5, 3, {dense(3, 3), activation("Tanh", 3), dense(3, 3)})}},
      {"linear residual",
       {input(3), dense(3, 4), residual(0.5, 4, {dense(4, 4)}), activation("Relu", 4), dense(4, 2)}},
      {"nested residual",
       {input(3), dense(3, 4), activation("Relu", 4),
        residual(0.5, 4, {activation("Tanh", 4), residual(2, 4, {dense(4, 4), activation("Softplus", 4)})}),
        dense(4, 3)}},
  };
}

/// Standard normal numbers, the same for a seed.
inline std::vector<double> normal(std::size_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> law;
  std::vector<double> result(count);
  for (double& value : result) value = law(generator);
  return result;
}

/// max |a − b| over max |b|; infinite where the sizes differ.
inline double relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(a[i] - b[i]));
    size = std::max(size, std::abs(b[i]));
  }
  return difference == 0 ? 0 : difference / size;
}

}  // namespace nntk::dynamic::testing
