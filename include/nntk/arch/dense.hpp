// SPDX-License-Identifier: BSD-3-Clause
//
// Dense<n>: the affine layer, in one of two parameterisations that start from the same law of functions.
//
//   neural tangent   z = (σ_w/√n_in) W a + σ_b b     W, b ~ N(0, 1)              (Jacot et al. 2018, §2)
//   standard         z = W a + b                     W ~ N(0, σ_w²/n_in), b ~ N(0, σ_b²)
//
//   a [n_in] ──W [n × n_in]──▶ z [n]                 θ block: W row-major, then b; no b when σ_b = 0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "nntk/arch/parameter_block.hpp"

namespace nntk {

/// σ_w and σ_b of a Dense layer. A bias scale of 0 means that there is no bias block.
struct Scale {
  double weight = 1.0;
  double bias = 0.1;
};

enum class Parameterisation { neural_tangent, standard };

template <std::size_t output, Scale layer_scale = Scale{},
          Parameterisation layer_parameterisation = Parameterisation::neural_tangent>
struct Dense {
  static constexpr std::string_view name = "Dense";
  static constexpr std::size_t width = output;
  static constexpr Scale scale = layer_scale;
  static constexpr Parameterisation parameterisation = layer_parameterisation;
  static constexpr bool is_standard = parameterisation == Parameterisation::standard;
  static constexpr bool has_bias = scale.bias != 0;

  static constexpr std::size_t output_width(std::size_t /*in*/) { return width; }
  static constexpr std::size_t parameter_count(std::size_t in) { return width * in + (has_bias ? width : 0); }

  /// What W and b are multiplied by in the forward pass.
  static double weight_factor(std::size_t in) {
    return is_standard ? 1.0 : scale.weight / std::sqrt(static_cast<double>(in));
  }
  static constexpr double bias_factor() { return is_standard ? 1.0 : scale.bias; }

  /// The parameter blocks, offsets counted from the layer's first parameter.
  static auto blocks(std::size_t in) {
    const double spread = is_standard ? scale.weight / std::sqrt(static_cast<double>(in)) : 1.0;
    const ParameterBlock weight{"weight", width, in, 0, spread};
    if constexpr (has_bias) {
      return std::array{weight, ParameterBlock{"bias", width, 0, width * in, is_standard ? scale.bias : 1.0}};
    } else {
      return std::array{weight};
    }
  }
};

}  // namespace nntk
