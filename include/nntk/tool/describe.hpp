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

/// The numbers of a declaration that no other member of its description has.
template <class L>
std::vector<Setting> settings_of(const L& /*layer*/) {
  return {};
}
template <double drop>
std::vector<Setting> settings_of(const Dropout<drop>& /*layer*/) {
  return {{"drop", drop}};
}
template <double drop, double scale, class... Body>
std::vector<Setting> settings_of(const Skip<RandomFactor<drop, scale>, Body...>& /*layer*/) {
  return {{"scale", scale}, {"drop", drop}};
}
template <double deviation>
std::vector<Setting> settings_of(const Noise<deviation>& /*layer*/) {
  return {{"deviation", deviation}};
}
template <double step, double reach>
std::vector<Setting> settings_of(const BrownianOf<step, reach>& /*layer*/) {
  return {{"step", step}, {"reach", reach}};
}
template <std::size_t count, double scale>
std::vector<Setting> settings_of(const Frequencies<count, scale>& /*layer*/) {
  return {{"scale", scale}};
}
template <double epsilon>
std::vector<Setting> settings_of(const LayerNormOf<epsilon>& /*layer*/) {
  return {{"epsilon", epsilon}};
}
template <std::size_t kept>
std::vector<Setting> settings_of(const TopK<kept>& /*layer*/) {
  return {{"keep", static_cast<double>(kept)}};
}
template <std::size_t group>
std::vector<Setting> settings_of(const Largest<group>& /*layer*/) {
  return {{"group", static_cast<double>(group)}};
}
template <std::size_t group>
std::vector<Setting> settings_of(const GroupSum<group>& /*layer*/) {
  return {{"group", static_cast<double>(group)}};
}
template <double slope>
std::vector<Setting> settings_of(const LeakyReluOf<slope>& /*layer*/) {
  return {{"slope", slope}};
}
template <double positive, double negative>
std::vector<Setting> settings_of(const Rectified<positive, negative>& /*layer*/) {
  return {{"positive", positive}, {"negative", negative}};
}
template <double gamma>
std::vector<Setting> settings_of(const RbfOf<gamma>& /*layer*/) {
  return {{"gamma", gamma}};
}
template <double factor, double exponent>
std::vector<Setting> settings_of(const GaussianOf<factor, exponent>& /*layer*/) {
  return {{"factor", factor}, {"exponent", exponent}};
}
template <double factor, double rate>
std::vector<Setting> settings_of(const ExpOf<factor, rate>& /*layer*/) {
  return {{"factor", factor}, {"rate", rate}};
}
template <template <std::size_t> class Power, std::size_t degree>
  requires std::derived_from<Power<degree>, Activation>
std::vector<Setting> settings_of(const Power<degree>& /*layer*/) {
  return {{"degree", static_cast<double>(degree)}};
}
template <double... coefficients>
std::vector<Setting> settings_of(const Polynomial<coefficients...>& /*layer*/) {
  std::vector<Setting> settings;
  for (const double coefficient : {coefficients...})
    settings.push_back({std::string("c").append(std::to_string(settings.size())), coefficient});
  return settings;
}

template <class Stage>
LayerDescription describe_shape() {
  LayerDescription layer;
  layer.name = std::string(Stage::Declared::name);
  layer.in = Stage::in;
  layer.out = Stage::out;
  layer.settings = settings_of(typename Stage::Declared{});
  return layer;
}

/// One stage, as the `index`-th layer of the network counted in declaration order, combinators included.
template <class Stage>
struct Describe {
  static LayerDescription layer(std::size_t& index) {
    ++index;
    return describe_shape<Stage>();
  }
};

template <class... Stage>
std::vector<LayerDescription> describe_stages(arch::Stages<Stage...> /*stages*/, std::size_t& index) {
  std::vector<LayerDescription> layers;
  (layers.push_back(Describe<Stage>::layer(index)), ...);
  return layers;
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

template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct Describe<Bound<Skip<Factor, Body...>, in, offset>> {
  static LayerDescription layer(std::size_t& index) {
    ++index;
    LayerDescription layer = describe_shape<Bound<Skip<Factor, Body...>, in, offset>>();
    if constexpr (Factor::noise_count == 0) layer.branch_scale = Factor::scale;
    layer.children = describe_stages(arch::Bind<in, offset, Body...>{}, index);
    return layer;
  }
};

}  // namespace nntk::tool
