// SPDX-License-Identifier: BSD-3-Clause
//
// From declared layers to stages: lists and repetitions are written out, widths flow down, parameters get
// their offsets. All of it is Boost.Hana on types, once per architecture.
//
//   Input<8>, Repeat<2, Dense<4>, Relu>   ⇒   Dense 8→4 @0,  Relu 4→4,  Dense 4→4 @36,  Relu 4→4
//
// Layers without parameters stand at offset 0, so that equal ones are one type, and compiled once.
#pragma once

#include <array>
#include <boost/hana/cycle.hpp>
#include <boost/hana/flatten.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>
#include <cstddef>
#include <utility>

#include "nntk/arch/combinator.hpp"
#include "nntk/arch/layer.hpp"
#include "nntk/arch/parameter_block.hpp"

namespace nntk::arch {

namespace hana = boost::hana;

/// Stages of a (part of a) network, in the order of evaluation.
template <class... Stage>
struct Stages {
  static constexpr std::size_t size = sizeof...(Stage);
};

/// A layer as the layers that it stands for: itself, unless it is a list.
template <class L>
struct Expand {
  static constexpr auto layers = hana::tuple_t<L>;
};
template <class... Body>
struct Expand<Layers<Body...>> {
  static constexpr auto layers = hana::flatten(hana::make_tuple(Expand<Body>::layers...));
};
template <std::size_t times, class... Body>
struct Expand<Repeat<times, Body...>> {
  static constexpr auto layers = hana::cycle(Expand<Layers<Body...>>::layers, hana::size_c<times>);
};

/// Where a layer begins: the width that reaches it and its first parameter.
struct Place {
  std::size_t in, offset;
};

/// The place of each layer of a list that is entered at `next`.
template <class... L>
constexpr std::array<Place, sizeof...(L)> places_of(Place next) {
  std::array<Place, sizeof...(L)> places{};
  std::size_t i = 0;
  const auto put = [&](std::size_t width, std::size_t parameters) {
    places[i++] = {next.in, parameters == 0 ? 0 : next.offset};
    next = {width, next.offset + parameters};
  };
  (put(L::output_width(next.in), L::parameter_count(next.in)), ...);
  return places;
}

/// The layers, each in its place. A table, and not hana::scan_left, which makes a tuple for every prefix of
/// the list: two thirds of the time that a compiler's front end took for 64 layers.
template <Place start, class... L>
constexpr auto settle(hana::basic_type<L>... /*layers*/) {
  return []<std::size_t... i>(std::index_sequence<i...> /*indices*/) {
    constexpr auto places = places_of<L...>(start);
    return hana::type_c<Stages<Bound<L, places[i].in, places[i].offset>...>>;
  }(std::index_sequence_for<L...>{});
}

template <Place start, class... Declared>
constexpr auto bind() {
  return hana::unpack(Expand<Layers<Declared...>>::layers,
                      [](auto... layer) { return settle<start>(layer...); });
}

/// Stages of the declared layers that are entered with width `in` and whose parameters begin at `offset`.
template <std::size_t in, std::size_t offset, class... Declared>
using Bind = typename decltype(bind<Place{in, offset}, Declared...>())::type;

/// The stages inside a combinator's stage.
template <class Stage>
struct BodyOf;
template <class Factor, class... Body, std::size_t in, std::size_t offset>
struct BodyOf<Bound<Skip<Factor, Body...>, in, offset>> {
  using type = Bind<in, offset, Body...>;
};
template <class Stage>
using Body = typename BodyOf<Stage>::type;

template <class... Stage, class Work>
constexpr void for_each_block(Stages<Stage...> stages, const Work& work);

/// Calls work(block) for each parameter block of a stage, offsets counted from the start of θ.
template <class Layer, std::size_t in, std::size_t offset, class Work>
constexpr void for_each_block_of(Bound<Layer, in, offset> /*stage*/, const Work& work) {
  if constexpr (requires { Layer::blocks(in); }) {
    for (ParameterBlock block : Layer::blocks(in)) {
      block.offset += offset;
      work(block);
    }
  } else if constexpr (requires { typename Body<Bound<Layer, in, offset>>; }) {
    for_each_block(Body<Bound<Layer, in, offset>>{}, work);
  }
}
template <class... Stage, class Work>
constexpr void for_each_block(Stages<Stage...> /*stages*/, const Work& work) {
  (for_each_block_of(Stage{}, work), ...);
}

/// Calls work.template operator()<L>(count) for each layer L that draws `count` numbers, in the order of
/// evaluation; of a branch its factor comes before its body.
template <class... Stage, class Work>
constexpr void for_each_noise(Stages<Stage...> stages, const Work& work);

template <class Layer, std::size_t in, std::size_t offset, class Work>
constexpr void for_each_noise_of(Bound<Layer, in, offset> /*stage*/, const Work& work) {
  if constexpr (requires { Layer::noise_count(in); }) {
    work.template operator()<Layer>(Layer::noise_count(in));
  } else if constexpr (requires { typename Layer::Factor; }) {
    if constexpr (Layer::Factor::noise_count > 0)
      work.template operator()<typename Layer::Factor>(Layer::Factor::noise_count);
    for_each_noise(Body<Bound<Layer, in, offset>>{}, work);
  }
}
template <class... Stage, class Work>
constexpr void for_each_noise(Stages<Stage...> /*stages*/, const Work& work) {
  (for_each_noise_of(Stage{}, work), ...);
}

template <class... Stage>
constexpr std::size_t noise_count(Stages<Stage...> stages) {
  std::size_t total = 0;
  for_each_noise(stages, [&]<class L>(std::size_t count) { total += count; });
  return total;
}

}  // namespace nntk::arch
