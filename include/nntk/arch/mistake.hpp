// SPDX-License-Identifier: BSD-3-Clause
//
// What can be wrong with a declaration, found before anything is built from it, so that the compiler says one
// sentence and nothing after it.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/combinator.hpp"
#include "nntk/arch/dense.hpp"
#include "nntk/arch/fourier.hpp"
#include "nntk/arch/input.hpp"
#include "nntk/arch/layer.hpp"
#include "nntk/arch/layer_norm.hpp"
#include "nntk/arch/polynomial.hpp"
#include "nntk/arch/selection.hpp"
#include "nntk/arch/smooth_activation.hpp"
#include "nntk/arch/stochastic.hpp"

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
  bad_probability,
  bad_path,
  bad_group,
  bad_step,
  bad_kinks,
  bad_epsilon,
  bad_number,
  bad_degree,
  no_repetitions,
  empty_body,
  residual_changes_width,
  no_parameters,
};

constexpr bool is_finite(double value) {
  return value >= std::numeric_limits<double>::lowest() && value <= std::numeric_limits<double>::max();
}
constexpr bool is_scale(double value) { return value >= 0 && is_finite(value); }

constexpr bool is_probability(double drop) { return drop >= 0 && drop < 1; }

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
template <double drop>
struct MistakeIn<Dropout<drop>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return is_probability(drop) ? Mistake::none : Mistake::bad_probability;
  }
};
template <double deviation>
struct MistakeIn<Noise<deviation>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return is_scale(deviation) ? Mistake::none : Mistake::bad_scale;
  }
};
template <std::size_t count, double scale>
struct MistakeIn<Frequencies<count, scale>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    if (count == 0) return Mistake::zero_width;
    return is_scale(scale) ? Mistake::none : Mistake::bad_scale;
  }
};
template <double epsilon>
struct MistakeIn<LayerNormOf<epsilon>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return epsilon > 0 && is_scale(epsilon) ? Mistake::none : Mistake::bad_epsilon;
  }
};
template <double step, double reach>
struct MistakeIn<BrownianOf<step, reach>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return step > 0 && reach >= step && reach / step <= 1 << 20 ? Mistake::none : Mistake::bad_path;
  }
};
template <double step>
struct MistakeIn<QuantizeOf<step>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return step > 0 && is_scale(step) ? Mistake::none : Mistake::bad_step;
  }
};
/// Whether numbers are finite and each is larger than the one before.
constexpr bool are_ascending(std::initializer_list<double> numbers) {
  double before = -std::numeric_limits<double>::infinity();
  for (const double number : numbers) {
    if (!(number > before && number <= std::numeric_limits<double>::max())) return false;
    before = number;
  }
  return true;
}
template <auto callable, double... kinks>
struct MistakeIn<Elementwise<callable, kinks...>> {
  static constexpr Mistake at(std::size_t /*in*/) {
    return are_ascending({kinks...}) ? Mistake::none : Mistake::bad_kinks;
  }
};

/// Of an activation, which stands in any width if its numbers do.
template <bool is_sound, Mistake otherwise>
struct MistakeInNumbers {
  static constexpr Mistake at(std::size_t /*in*/) { return is_sound ? Mistake::none : otherwise; }
};
template <double... numbers>
using FiniteNumbers = MistakeInNumbers<(is_finite(numbers) && ...), Mistake::bad_number>;
template <std::size_t degree>
using Degree = MistakeInNumbers<degree >= 1 && degree <= 64, Mistake::bad_degree>;

template <double slope>
struct MistakeIn<LeakyReluOf<slope>> : FiniteNumbers<slope> {};
template <double positive, double negative>
struct MistakeIn<Rectified<positive, negative>> : FiniteNumbers<positive, negative> {};
template <double gamma>
struct MistakeIn<RbfOf<gamma>> : MistakeInNumbers<(is_finite(gamma) && gamma > 0), Mistake::bad_number> {};
template <double factor, double exponent>
struct MistakeIn<GaussianOf<factor, exponent>>
    : MistakeInNumbers<(is_finite(factor) && is_finite(exponent) && exponent < 0), Mistake::bad_number> {};
template <double factor, double rate>
struct MistakeIn<ExpOf<factor, rate>> : FiniteNumbers<factor, rate> {};
template <std::size_t degree>
struct MistakeIn<Monomial<degree>> : Degree<degree> {};
template <std::size_t degree>
struct MistakeIn<RectifiedMonomial<degree>> : Degree<degree> {};
template <std::size_t degree>
struct MistakeIn<Hermite<degree>> : Degree<degree> {};
template <double... coefficients>
struct MistakeIn<Polynomial<coefficients...>> {
  static constexpr Mistake at(std::size_t in) {
    const Mistake degree = Degree<sizeof...(coefficients) - (sizeof...(coefficients) > 0)>::at(in);
    return degree == Mistake::none ? FiniteNumbers<coefficients...>::at(in) : degree;
  }
};

template <std::size_t kept>
struct MistakeIn<TopK<kept>> {
  static constexpr Mistake at(std::size_t in) {
    return kept >= 1 && kept <= in ? Mistake::none : Mistake::bad_group;
  }
};
template <std::size_t group>
struct MistakeIn<Largest<group>> {
  static constexpr Mistake at(std::size_t in) {
    return group >= 1 && in % group == 0 ? Mistake::none : Mistake::bad_group;
  }
};
template <std::size_t group>
struct MistakeIn<GroupSum<group>> : MistakeIn<Largest<group>> {};
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
template <class Factor, class... Body>
struct MistakeIn<Skip<Factor, Body...>> {
  static constexpr Mistake at(std::size_t in) {
    if (!is_scale(Factor::scale < 0 ? -Factor::scale : Factor::scale)) return Mistake::bad_scale;
    if (!is_probability(Factor::drop)) return Mistake::bad_probability;
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
