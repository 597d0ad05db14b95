// SPDX-License-Identifier: BSD-3-Clause
//
// The interaction that a user asked for at run time: any radius law, any direction law.
#pragma once

#include <memory>
#include <span>
#include <variant>

#include "nntk/tangent/interaction.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::tool {

struct AnyRadius {
  std::variant<tangent::FixedRadius, tangent::GaussianRadius, tangent::BallRadius, tangent::RieszRadius> law;
  [[nodiscard]] double draw(const random::Source& source, std::size_t p) const {
    return std::visit([&](const auto& radius) { return radius.draw(source, p); }, law);
  }
};

struct AnyDirection {
  std::variant<tangent::GaussianDirection, tangent::RademacherDirection, tangent::OrthogonalDirection,
               tangent::CoordinateDirection, tangent::RankOneDirection>
      law;
  template <class T>
  void fill(const tangent::Draw& draw, std::size_t first, std::span<T> out) const {
    std::visit([&](const auto& direction) { direction.fill(draw, first, out); }, law);
  }
  [[nodiscard]] std::size_t factor_count() const {
    const auto* rank_one = std::get_if<tangent::RankOneDirection>(&law);
    return rank_one == nullptr ? 0 : rank_one->factor_count();
  }
  template <class T>
  void fill_factors(const tangent::Draw& draw, std::span<T> factors) const {
    std::get<tangent::RankOneDirection>(law).fill_factors(draw, factors);
  }
};

inline AnyRadius radius_of(const NonlocalOptions& options) {
  switch (options.radius_law) {
    case RadiusLaw::gaussian:
      return {tangent::GaussianRadius{options.radius}};
    case RadiusLaw::ball:
      return {tangent::BallRadius{options.radius}};
    case RadiusLaw::riesz:
      return {tangent::RieszRadius{options.radius, options.inner_radius, options.order}};
    default:
      return {tangent::FixedRadius{options.radius}};
  }
}

/// `range`: the parameters that move, which end where blocks end for rank-one directions.
template <class Network>
AnyDirection direction_of(const NonlocalOptions& options, Range range) {
  switch (options.direction) {
    case DirectionLaw::gaussian:
      return {tangent::GaussianDirection{}};
    case DirectionLaw::orthogonal:
      return {tangent::OrthogonalDirection(range.count)};
    case DirectionLaw::coordinate:
      return {tangent::CoordinateDirection{}};
    case DirectionLaw::rank_one:
      return {tangent::RankOneDirection(tangent::parameter_blocks<Network>(range))};
    default:
      return {tangent::RademacherDirection{}};
  }
}

template <class Network, class T>
std::unique_ptr<tangent::Interaction<T>> make_interaction(const NonlocalOptions& options) {
  const Range range = options.only.within(Network::parameter_count);
  return std::make_unique<tangent::Law<T, AnyRadius, AnyDirection>>(
      radius_of(options), direction_of<Network>(options, range), options.seed,
      tangent::Choice{options.antithetic, range});
}

}  // namespace nntk::tool
