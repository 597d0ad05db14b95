// SPDX-License-Identifier: BSD-3-Clause
#include "spectra.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include "networks.hpp"
#include "nntk/analysis/condition_control.hpp"
#include "nntk/analysis/residual_bounds.hpp"
#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/linalg.hpp"

namespace ecrn {
namespace {

using namespace nntk;

/// Branches of scale 1 that may be dropped, so that scales are chosen at run time.
using Scalable = Network<Input<input_width>, Waves<constant_law<1.0>, constant_law<0.5>>, Dense<1>>;
constexpr double output_bias = 0.1;

struct Case {
  double alpha, drop;
  std::size_t count;
};
constexpr Case cases[]{{1, 0, 1}, {1, 0, 2}, {1, 0, 4}, {0.5, 0, 4}, {0.5, 0.2, 4}, {0.25, 0.2, 4}};

using Blocks = std::vector<ResidualBlock>;
ResidualBlock block(double alpha, double drop) { return {alpha, drop, scale.weight, scale.bias}; }

Matrix square(const std::vector<double>& values, std::size_t n) {
  Matrix matrix = xt::empty<double>({n, n});
  std::ranges::copy(values, matrix.begin());
  return matrix;
}

/// Blocks that are not there have scale 0, which leaves the network as it would be without.
Matrix expected_kernel(InfiniteKind kind, const Inputs& inputs, const Blocks& blocks) {
  Matrix mean = xt::zeros<double>({inputs.count, inputs.count});
  for (unsigned kept = 0; kept < 1U << blocks.size(); ++kept) {
    std::array<double, depth> factors{};
    double probability = 1;
    for (std::size_t l = 0; l < blocks.size(); ++l) {
      const bool is_kept = ((kept >> l) & 1U) != 0;
      factors[l] = is_kept ? blocks[l].alpha : 0;
      probability *= is_kept ? 1 - blocks[l].drop : blocks[l].drop;
    }
    if (probability == 0) continue;
    const InfiniteKernel<Scalable, double> kernel(kind, OutputMode::mean, factors);
    mean += probability * square(gram(kernel, inputs), inputs.count);
  }
  return mean;
}

/// What cannot be told from zero is 0.
Extremes extremes_of(const Matrix& kernel) {
  const Vector ascending = eigenvalues(kernel);
  const double highest = ascending(ascending.size() - 1);
  const double rounding =
      static_cast<double>(ascending.size()) * std::numeric_limits<double>::epsilon() * highest;
  return {ascending(0) > rounding ? ascending(0) : 0, highest};
}

/// Means of the waves over units, e^{−E[z²]/2}/2: sines have none.
Vector wave_means(const Inputs& inputs) {
  Vector means = xt::empty<double>({inputs.count});
  for (std::size_t i = 0; i < inputs.count; ++i) {
    double norm = 0;
    for (std::size_t f = 0; f < inputs.width; ++f) norm += std::pow(inputs.data[i * inputs.width + f], 2);
    means(i) = 0.5 * std::exp(-2 * std::pow(std::numbers::pi, 2) * norm / static_cast<double>(inputs.width));
  }
  return means;
}

Extremes bounds_of(const Inputs& inputs, const Blocks& blocks) {
  const Matrix entering = expected_kernel(InfiniteKind::nngp, inputs, {}) - output_bias * output_bias;
  return bound_residual_spectrum(entering, wave_means(inputs), blocks, rectifier_slopes(1, 0), 1, output_bias)
      .ntk;
}

Realisations drawn(std::size_t count, std::uint64_t seed) { return {.count = count, .seed = seed}; }

/// The root mean square distance of the kernels of some seeds.
std::string format_distance(const Matrix& expected,
                            const std::function<std::vector<double>(std::uint64_t)>& gram_of) {
  constexpr std::uint64_t seeds = 20;
  double sum = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Matrix difference = square(gram_of(seed), expected.shape(0)) - expected;
    sum += xt::sum(difference * difference)() / seeds;
  }
  return fmt::format("{:>9.3g}", std::sqrt(sum / xt::sum(expected * expected)()));
}

}  // namespace

std::string describe_spectra(const Problem& problem, const Samples& samples) {
  std::string lines;
  for (const auto& [alpha, drop, count] : cases) {
    const Blocks blocks(count, block(alpha, drop));
    const Extremes bounds = bounds_of(samples.inputs(), blocks);
    const Extremes found = extremes_of(expected_kernel(InfiniteKind::ntk, samples.inputs(), blocks));
    lines += fmt::format("{:14}{:>6.2f}{:>5.1f}{:>7}", problem.name, alpha, drop, count);
    for (const double number :
         {bounds.lowest, found.lowest, found.highest, bounds.highest, found.condition(), bounds.condition()})
      lines += fmt::format("{:>12.3g}", number);
    lines += '\n';
  }
  return lines;
}

std::string describe_schedule(const Problem& problem, const Samples& samples) {
  const auto condition = [&](std::span<const double> scales) {
    Blocks blocks;
    for (std::size_t l = 0; l < scales.size(); ++l) blocks.push_back(block(scales[l], drop_law(l)));
    return extremes_of(expected_kernel(InfiniteKind::ntk, samples.inputs(), blocks)).condition();
  };
  const double plain = condition(std::vector<double>(depth, 1.0));
  const ConditionRange range{1.5 * plain, 3 * plain};
  std::string line = fmt::format("{:14}{:>12.3g}   {:>7.2e} to {:<9.2e}", problem.name, condition({}),
                                 range.lowest, range.highest);
  for (const ControlledScale& found : control_condition(condition, depth, range, 1))
    line += fmt::format("  {:.3f}, {:.2e}{}", found.alpha, found.condition, found.is_held ? "" : "*");
  return line + '\n';
}

std::string describe_sampled(const Problem& problem, const Samples& samples) {
  const Inputs inputs = samples.inputs();
  Blocks blocks;
  for (std::size_t l = 0; l < depth; ++l) blocks.push_back(block(alpha_law(l), drop_law(l)));
  const Matrix expected = expected_kernel(InfiniteKind::ntk, inputs, blocks);
  std::string infinite = fmt::format("{:14}", problem.name), finite = "   ";
  for (const std::size_t count : {1U, 4U, 16U}) {
    infinite += format_distance(expected, [&](std::uint64_t seed) {
      return gram(InfiniteKernel<Ecrn<1>, double>(InfiniteKind::ntk, OutputMode::mean, drawn(count, seed)),
                  inputs);
    });
    finite += format_distance(expected, [&](std::uint64_t seed) {
      const std::vector<double> theta = initial_parameters<Ecrn<1>>(seed);
      return gram(Ntk<Ecrn<1>>(theta.data(), OutputMode::mean, drawn(count, seed)), inputs);
    });
  }
  return infinite + finite + '\n';
}

}  // namespace ecrn
