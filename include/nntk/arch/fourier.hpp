// SPDX-License-Identifier: BSD-3-Clause
//
// Fourier features of the inputs: waves of random frequencies (Rahimi and Recht 2007; Tancik et al. 2020).
//
//   x [d] ──Frequencies──▶ z = (2πσ/√d) B x [m] ──SinCos──▶ [sin z, cos z] [2m]       B [m × d] ~ N(0, 1)
//
// An input of ‖x‖ = √d meets frequencies of deviation σ; Tancik's N(0, s²) is σ = s √d. Fixed frequencies are
// drawn with the noise (stochastic.hpp), the same in all realisations: they are no parameters, and
// --noise-seed tells them. Trained ones are a Dense layer without bias.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <string_view>

#include "nntk/arch/combinator.hpp"
#include "nntk/arch/dense.hpp"
#include "nntk/random.hpp"

namespace nntk {

template <std::size_t count, double layer_scale>
struct Frequencies {
  static constexpr std::string_view name = "Frequencies";
  static constexpr double scale = layer_scale;
  static constexpr std::size_t output_width(std::size_t /*in*/) { return count; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }

  /// What B is multiplied by.
  static double weight_factor(std::size_t in) {
    return 2 * std::numbers::pi * scale / std::sqrt(static_cast<double>(in));
  }
  /// Each realisation of a seed has the same.
  static constexpr bool is_shared = true;
  /// B, row-major.
  static constexpr std::size_t noise_count(std::size_t in) { return count * in; }
  template <class T>
  static void fill_noise(const random::Source& source, std::size_t first, std::span<T> noise) {
    random::fill_normal(source, first, noise);
  }
};

/// z [n] ↦ [sin z, cos z] [2n].
struct SinCos {
  static constexpr std::string_view name = "SinCos";
  static constexpr std::size_t output_width(std::size_t in) { return 2 * in; }
  static constexpr std::size_t parameter_count(std::size_t /*in*/) { return 0; }
};

enum class Training { fixed, trained };

namespace arch {

template <std::size_t count, double scale, Training training>
struct ProjectionOf {
  using type = Frequencies<count, scale>;
};
template <std::size_t count, double scale>
struct ProjectionOf<count, scale, Training::trained> {
  using type = Dense<count, Scale{.weight = 2 * std::numbers::pi * scale, .bias = 0}>;
};

}  // namespace arch

/// 2 · count features of frequencies of deviation `scale`.
template <std::size_t count, double scale = 1.0, Training training = Training::fixed>
using FourierFeatures = Layers<typename arch::ProjectionOf<count, scale, training>::type, SinCos>;

}  // namespace nntk
