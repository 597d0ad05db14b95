// SPDX-License-Identifier: BSD-3-Clause
//
// An architecture, told at run time: the declaration read back from the type.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "nntk/tangent/dual.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

/// One stage, as the `index`-th layer of the network counted in declaration order, combinators included.
template <class Stage>
struct Describe;

template <class... Stage>
std::vector<LayerDescription> describe_stages(arch::Stages<Stage...> /*stages*/, std::size_t& index) {
  std::vector<LayerDescription> layers;
  (layers.push_back(Describe<Stage>::layer(index)), ...);
  return layers;
}

template <class Stage>
LayerDescription describe_shape() {
  LayerDescription layer;
  layer.name = std::string(Stage::Declared::name);
  layer.in = Stage::in;
  layer.out = Stage::out;
  return layer;
}

template <std::size_t width, Scale scale, Parameterisation p, std::size_t in, std::size_t offset>
struct Describe<Bound<Dense<width, scale, p>, in, offset>> {
  static LayerDescription layer(std::size_t& index) {
    using Layer = Dense<width, scale, p>;
    LayerDescription layer = describe_shape<Bound<Layer, in, offset>>();
    layer.weight_scale = scale.weight;
    layer.bias_scale = scale.bias;
    layer.standard_parameterisation = Layer::is_standard;
    const std::string prefix = std::to_string(++index) + ".";
    for (const ParameterBlock& block : Layer::blocks(in)) {
      std::vector<std::size_t> shape{block.rows};
      if (block.columns > 0) shape.push_back(block.columns);
      layer.blocks.push_back({prefix + std::string(block.name), shape, offset + block.offset});
    }
    return layer;
  }
};

template <std::derived_from<Activation> A, std::size_t in, std::size_t offset>
struct Describe<Bound<A, in, offset>> {
  static LayerDescription layer(std::size_t& index) {
    ++index;
    LayerDescription layer = describe_shape<Bound<A, in, offset>>();
    layer.activation = [](double x) { return A::apply(x); };
    layer.activation_derivative = [](double x) {
      using Tangent = Directions<double, 1>;
      return A::apply(Dual<double, Tangent>(x, Tangent::unit(0))).tangent.along[0];
    };
    return layer;
  }
};

template <double scale, class... Body, std::size_t in, std::size_t offset>
struct Describe<Bound<Residual<scale, Body...>, in, offset>> {
  static LayerDescription layer(std::size_t& index) {
    ++index;
    LayerDescription layer = describe_shape<Bound<Residual<scale, Body...>, in, offset>>();
    layer.branch_scale = scale;
    layer.children = describe_stages(arch::Bind<in, offset, Body...>{}, index);
    return layer;
  }
};

}  // namespace nntk::tool
