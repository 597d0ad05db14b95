// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nntk/analysis/condition_control.hpp>
#include <nntk/error.hpp>

namespace nntk {
namespace {

/// Scales that are tried: the largest, down by a fourth of an octave each to a thousandth, and 0.
constexpr std::size_t tried = 41;
double scale_at(std::size_t i, double largest) {
  return i + 1 < tried ? largest * std::exp2(-0.25 * static_cast<double>(i)) : 0.0;
}

/// The scale of the block behind those of `scales`.
class Search {
 public:
  Search(const std::function<double(std::span<const double>)>& condition, std::vector<double>& scales,
         const ConditionRange& range)
      : condition_(condition),
        scales_(scales),
        range_(range),
        middle_(0.5 * (std::log(range.lowest) + std::log(range.highest))) {}

  ControlledScale find(double largest) {
    ControlledScale before{}, best{};
    double distance = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < tried; ++i) {
      const ControlledScale here = at(scale_at(i, largest));
      if (here.is_held) return here;
      if (i > 0 && (excess(here) < 0) != (excess(before) < 0)) return between(here, before);
      if (i == 0 || std::abs(excess(here)) < distance) best = here, distance = std::abs(excess(here));
      before = here;
    }
    return best;
  }

 private:
  ControlledScale at(double alpha) {
    scales_.back() = alpha;
    const double found = condition_(scales_);
    return {alpha, found, range_.contains(found)};
  }
  /// log κ beyond the middle of the range; a finite number where κ is infinite.
  [[nodiscard]] double excess(const ControlledScale& scale) const {
    return std::min(std::log(scale.condition), 1e3) - middle_;
  }
  ControlledScale between(const ControlledScale& low, const ControlledScale& high) {
    std::uintmax_t evaluations = 40;
    const auto [left, right] = boost::math::tools::toms748_solve(
        [&](double alpha) { return excess(at(alpha)); }, low.alpha, high.alpha, excess(low), excess(high),
        [&](double a, double b) { return std::abs(b - a) <= 1e-10 * std::abs(b); }, evaluations);
    const ControlledScale a = at(left), b = at(right);
    return std::abs(excess(a)) < std::abs(excess(b)) ? a : b;
  }

  const std::function<double(std::span<const double>)>& condition_;
  std::vector<double>& scales_;
  const ConditionRange& range_;
  double middle_;
};

}  // namespace

std::vector<ControlledScale> control_condition(
    const std::function<double(std::span<const double>)>& condition, std::size_t depth,
    const ConditionRange& range, double largest_scale) {
  if (!(1 <= range.lowest && range.lowest <= range.highest && std::isfinite(range.highest)))
    throw UsageError(fmt::format("expected a range of condition numbers from 1 on, found {} to {}",
                                 range.lowest, range.highest));
  if (!(largest_scale > 0 && std::isfinite(largest_scale)))
    throw UsageError(fmt::format("expected a largest scale above 0, found {}", largest_scale));
  std::vector<double> scales;
  std::vector<ControlledScale> found;
  for (std::size_t block = 0; block < depth; ++block) {
    scales.push_back(0);
    found.push_back(Search(condition, scales, range).find(largest_scale));
    scales.back() = found.back().alpha;
  }
  return found;
}

}  // namespace nntk
