// SPDX-License-Identifier: BSD-3-Clause
//
// What can be wrong with a declaration, found before anything is built from it, so that the compiler says one
// sentence and nothing after it.
#pragma once

#include <cstddef>
#include <limits>

#include "nntk/arch/combinator.hpp"
#include "nntk/arch/dense.hpp"
#include "nntk/arch/input.hpp"
#include "nntk/arch/layer.hpp"

namespace nntk::arch {

enum class Mistake {
  none,
  empty,
  no_input,
  second_input,
  no_layers,
  not_a_layer,
  zero_width,
  bad_scale,
  no_repetitions,
  empty_body,
  residual_changes_width,
  no_parameters,
};

constexpr bool is_scale(double value) { return value >= 0 && value <= std::numeric_limits<double>::max(); }

template <class... L>
constexpr Mistake mistake_in_list(std::size_t in);

/// The mistake in one layer that is entered with width `in`.
template <class L>
struct MistakeIn {
  static constexpr Mistake at(std::size_t in) {
    if constexpr (Layer<L>) {
      return L::output_width(in) == 0 ? Mistake::zero_width : Mistake::none;
    } else {
      return Mistake::not_a_layer;
    }
  }
};
template <std::size_t width>
struct MistakeIn<Input<width>> {
  static constexpr Mistake at(std::size_t /*in*/) { return Mistake::second_input; }
};
template <std::size_t width, Scale scale, Parameterisation parameterisation>
struct MistakeIn<Dense<width, scale, parameterisation>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    if (width == 0) return Mistake::zero_width;
    return is_scale(scale.weight) && is_scale(scale.bias) ? Mistake::none : Mistake::bad_scale;
  }
};
template <class... Body>
struct MistakeIn<Layers<Body...>> {
  static constexpr Mistake at(std::size_t in) {
    return sizeof...(Body) == 0 ? Mistake::empty_body : mistake_in_list<Body...>(in);
  }
};
template <std::size_t times, class... Body>
struct MistakeIn<Repeat<times, Body...>> {
  static constexpr Mistake at(std::size_t in) {
    return times == 0 ? Mistake::no_repetitions : MistakeIn<Layers<Body...>>::at(in);
  }
};
template <double scale, class... Body>
struct MistakeIn<Residual<scale, Body...>> {
  static constexpr Mistake at(std::size_t in) {
    if (!is_scale(scale < 0 ? -scale : scale)) return Mistake::bad_scale;
    constexpr auto body = [](std::size_t width) { return MistakeIn<Layers<Body...>>::at(width); };
    if (body(in) != Mistake::none) return body(in);
    return width_behind(in) == in ? Mistake::none : Mistake::residual_changes_width;
  }
  /// Only a body without mistakes has a width.
  static constexpr std::size_t width_behind(std::size_t in) {
    if constexpr ((Layer<Body> && ...)) {
      return width_through<Body...>(in);
    } else {
      return in;
    }
  }
};

template <class L>
constexpr Mistake step(std::size_t& in) {
  const Mistake found = MistakeIn<L>::at(in);
  if constexpr (Layer<L>) {
    if (found == Mistake::none) in = L::output_width(in);
  }
  return found;
}

template <class... L>
constexpr Mistake mistake_in_list([[maybe_unused]] std::size_t in) {
  Mistake found = Mistake::none;
  static_cast<void>((((found = step<L>(in)) == Mistake::none) && ...));
  return found;
}

/// The first mistake of Network<Declared...>.
template <class... Declared>
struct Diagnosis {
  static constexpr Mistake mistake = Mistake::no_input;
};
template <>
struct Diagnosis<> {
  static constexpr Mistake mistake = Mistake::empty;
};
template <std::size_t width, class... L>
struct Diagnosis<Input<width>, L...> {
  static constexpr Mistake find() {
    if (width == 0) return Mistake::zero_width;
    if (sizeof...(L) == 0) return Mistake::no_layers;
    return mistake_in_list<L...>(width);
  }
  static constexpr std::size_t parameters() {
    if constexpr (find() == Mistake::none) {
      return parameters_through<L...>(width);
    } else {
      return 0;
    }
  }
  static constexpr Mistake mistake =
      find() == Mistake::none && parameters() == 0 ? Mistake::no_parameters : find();
};

}  // namespace nntk::arch
