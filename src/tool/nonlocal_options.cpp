// SPDX-License-Identifier: BSD-3-Clause
#include "nonlocal_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel_options.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

/// Widens the range to the blocks of a layer, which are named after it: "3.weight", "3.bias".
void find_blocks(const std::vector<LayerDescription>& layers, const std::string& prefix, Range& range) {
  for (const auto& layer : layers) {
    for (const auto& block : layer.blocks) {
      if (!block.name.starts_with(prefix)) continue;
      if (range.count == 0) range.first = block.offset;
      std::size_t size = 1;
      for (const std::size_t extent : block.shape) size *= extent;
      range.count = block.offset + size - range.first;
    }
    find_blocks(layer.children, prefix, range);
  }
}

Range range_of(std::size_t layer, const Description& description) {
  Range range{0, 0};
  find_blocks(description.layers, fmt::format("{}.", layer), range);
  if (range.count == 0)
    throw UsageError(fmt::format("--layer {}: that layer has no parameters (see info)", layer));
  return range;
}

void require_riesz_fits(const KernelOptions& options, const NonlocalOptions& chosen) {
  if (chosen.radius_law != RadiusLaw::riesz) {
    if (options.order) throw UsageError("--order goes with --interaction riesz");
    if (options.inner_radius) throw UsageError("--inner-radius goes with --interaction riesz");
    return;
  }
  if (chosen.inner_radius >= chosen.radius)
    throw UsageError(fmt::format("--inner-radius: expected less than --radius {}, found {}", chosen.radius,
                                 chosen.inner_radius));
  if (chosen.order >= 1 && chosen.inner_radius == 0)
    throw UsageError(fmt::format("--order {}: from 1 on the law needs an --inner-radius", chosen.order));
}

void require_attention_fits(const KernelOptions& options, const NonlocalOptions& chosen) {
  const AttentionKind kind = chosen.attention;
  if (options.temperature && kind == AttentionKind::none)
    throw UsageError("--temperature goes with --attention distance, dot, response or own");
  if (options.sketch_rows && kind != AttentionKind::dot)
    throw UsageError("--sketch-rows goes with --attention dot");
  if (options.anchors && kind != AttentionKind::response)
    throw UsageError("--anchors goes with --attention response");
  if (!options.anchors && kind == AttentionKind::response)
    throw UsageError("--attention response needs --anchors, the inputs that it looks at");
}

/// For the mean kernel the displacements take turns with the realisations.
void require_turns_fit(const NonlocalOptions& chosen, const Realisations& realisations, bool with_error) {
  if (realisations.average == Average::network || realisations.count == 1) return;
  const std::size_t draws = chosen.samples / (chosen.antithetic ? 2 : 1), count = realisations.count;
  const bool is_energy = chosen.estimator == Estimator::energy;
  const std::size_t fewest = chosen.estimator == Estimator::unbiased ? 2 : 1;
  if (draws / count < fewest)
    throw UsageError(fmt::format("--realisations {}: expected {} or more of the {} displacements for each",
                                 count, fewest, draws));
  if (draws % count != 0)
    throw UsageError(
        fmt::format("--realisations {}: expected a divisor of the {} displacements", count, draws));
  if (is_energy) return;
  if (chosen.attention != AttentionKind::none || with_error)
    throw UsageError(fmt::format("{} of the mean kernel of realisations goes with --estimator energy",
                                 with_error ? "--standard-error" : "--attention"));
}

void require_samples_suffice(const NonlocalOptions& chosen, bool with_error) {
  const std::size_t together = chosen.antithetic ? 2 : 1;
  if (chosen.samples % together != 0)
    throw UsageError(fmt::format("--antithetic needs an even number of --samples, found {}", chosen.samples));
  const bool is_unbiased = chosen.estimator == Estimator::unbiased;
  const std::size_t fewest = (1 + (is_unbiased ? 1 : 0) + (with_error ? 1 : 0)) * together;
  if (chosen.samples >= fewest) return;
  throw UsageError(fmt::format("{} needs --samples of at least {}",
                               is_unbiased ? "--estimator unbiased" : "--standard-error", fewest));
}

}  // namespace

std::string_view find_nonlocal_flag(const KernelOptions& options) {
  if (options.samples) return "--samples";
  if (options.radius) return "--radius";
  if (options.interaction) return "--interaction";
  if (options.order) return "--order";
  if (options.inner_radius) return "--inner-radius";
  if (options.direction) return "--direction";
  if (options.layer) return "--layer";
  if (options.antithetic) return "--antithetic";
  if (options.attention) return "--attention";
  if (options.temperature) return "--temperature";
  if (options.anchors) return "--anchors";
  if (options.sketch_rows) return "--sketch-rows";
  if (options.estimator) return "--estimator";
  return options.nonlocal_seed ? "--nonlocal-seed" : "";
}

NonlocalOptions nonlocal_of(const KernelOptions& options, const Description& description, bool with_error) {
  const NonlocalOptions standard;
  const NonlocalOptions chosen{.samples = options.samples.value_or(standard.samples),
                               .radius = options.radius.value_or(standard.radius),
                               .radius_law = options.interaction.value_or(standard.radius_law),
                               .inner_radius = options.inner_radius.value_or(standard.inner_radius),
                               .order = options.order.value_or(standard.order),
                               .direction = options.direction.value_or(standard.direction),
                               .antithetic = options.antithetic,
                               .only = options.layer ? range_of(*options.layer, description) : Range{},
                               .estimator = options.estimator.value_or(standard.estimator),
                               .attention = options.attention.value_or(standard.attention),
                               .temperature = options.temperature.value_or(standard.temperature),
                               .sketch_rows = options.sketch_rows.value_or(standard.sketch_rows),
                               .anchors = {},
                               .seed = options.nonlocal_seed.value_or(seed_of(options))};
  require_riesz_fits(options, chosen);
  require_attention_fits(options, chosen);
  require_samples_suffice(chosen, with_error);
  require_turns_fit(chosen, realisations_of(options, description), with_error);
  return chosen;
}

}  // namespace nntk::tool
