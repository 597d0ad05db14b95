// SPDX-License-Identifier: BSD-3-Clause
//
// From declared layers to stages: lists and repetitions are written out, widths flow down, parameters get
// their offsets. All of it is Boost.Hana on types, once per architecture.
//
//   Input<8>, Repeat<2, Dense<4>, Relu>   ⇒   Dense 8→4 @0,  Relu 4→4 @36,  Dense 4→4 @36,  Relu 4→4 @56
#pragma once

#include <boost/hana/cycle.hpp>
#include <boost/hana/flatten.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/scan_left.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>
#include <boost/hana/zip_shortest_with.hpp>
#include <cstddef>

#include "nntk/arch/combinator.hpp"
#include "nntk/arch/layer.hpp"

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

/// Where the next layer begins: the width that reaches it and its first parameter.
template <std::size_t input_width, std::size_t parameter_offset>
struct Place {
  static constexpr std::size_t in = input_width;
  static constexpr std::size_t offset = parameter_offset;

  template <class L>
  using After = Place<L::output_width(in), offset + L::parameter_count(in)>;
  template <class L>
  using Holds = Bound<L, in, offset>;
};

template <class Start, class... Declared>
constexpr auto bind() {
  constexpr auto layers = Expand<Layers<Declared...>>::layers;
  constexpr auto places = hana::scan_left(layers, hana::type_c<Start>, [](auto place, auto layer) {
    return hana::type_c<typename decltype(place)::type::template After<typename decltype(layer)::type>>;
  });
  constexpr auto stages = hana::zip_shortest_with(
      [](auto place, auto layer) {
        return hana::type_c<typename decltype(place)::type::template Holds<typename decltype(layer)::type>>;
      },
      places, layers);
  return hana::unpack(stages, hana::template_<Stages>);
}

/// Stages of the declared layers that are entered with width `in` and whose parameters begin at `offset`.
template <std::size_t in, std::size_t offset, class... Declared>
using Bind = typename decltype(bind<Place<in, offset>, Declared...>())::type;

/// The stages inside a combinator's stage.
template <class Stage>
struct BodyOf;
template <double scale, class... Body, std::size_t in, std::size_t offset>
struct BodyOf<Bound<Residual<scale, Body...>, in, offset>> {
  using type = Bind<in, offset, Body...>;
};
template <class Stage>
using Body = typename BodyOf<Stage>::type;

}  // namespace nntk::arch
