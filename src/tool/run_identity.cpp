// SPDX-License-Identifier: BSD-3-Clause
#include "run_identity.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "kernel_options.hpp"
#include "names.hpp"
#include "nntk/io/content_hash.hpp"

namespace nntk::tool {

namespace {

std::string hash_of(std::span<const double> values) {
  io::ContentHash hash;
  hash.add(std::as_bytes(values));
  return hash.text();
}

std::string hash_of(const std::optional<io::Array>& array) { return array ? hash_of(array->values) : "none"; }

/// All that `info` tells of a layer. A function is told by some of its values.
void append(std::string& text, const LayerDescription& layer) {
  text += fmt::format("{} {} {} {} {} {} {}", layer.name, layer.in, layer.out, layer.weight_scale,
                      layer.bias_scale, layer.standard_parameterisation, layer.branch_scale);
  for (const auto& setting : layer.settings) text += fmt::format(" {}={}", setting.name, setting.value);
  if (layer.activation != nullptr)
    for (const double x : {-1.5, -0.25, 0.5, 2.0}) text += fmt::format(" {:.6g}", layer.activation(x));
  text += '(';
  for (const auto& child : layer.children) append(text, child);
  text += ')';
}

std::string hash_of(const Description& description) {
  std::string text = description.scalar;
  for (const auto& layer : description.layers) append(text, layer);
  io::ContentHash hash;
  hash.add(text);
  return hash.text();
}

std::string show(std::optional<std::size_t> count) { return count ? std::to_string(*count) : "none"; }

void add_displacements(RunIdentity& run, const NonlocalOptions& nonlocal) {
  run.insert({{"--samples", std::to_string(nonlocal.samples)},
              {"--radius", fmt::format("{}", nonlocal.radius)},
              {"--interaction", std::string(name_of(interaction_names, nonlocal.radius_law))},
              {"--inner-radius", fmt::format("{}", nonlocal.inner_radius)},
              {"--order", fmt::format("{}", nonlocal.order)},
              {"--direction", std::string(name_of(direction_names, nonlocal.direction))},
              {"--antithetic", fmt::format("{}", nonlocal.antithetic)},
              {"--layer", fmt::format("at {} of {}", nonlocal.only.first, nonlocal.only.count)},
              {"--nonlocal-seed", std::to_string(nonlocal.seed)}});
}

void add_estimate(RunIdentity& run, const NonlocalOptions& nonlocal) {
  run.insert({{"--estimator", std::string(name_of(estimator_names, nonlocal.estimator))},
              {"--attention", std::string(name_of(attention_names, nonlocal.attention))},
              {"--temperature", fmt::format("{}", nonlocal.temperature)},
              {"--sketch-rows", std::to_string(nonlocal.sketch_rows)},
              {"anchors", hash_of(nonlocal.anchors.values)}});
}

void add_realisations(RunIdentity& run, const Realisations& realisations) {
  run.insert({{"--realisations", std::to_string(realisations.count)},
              {"--noise-seed", std::to_string(realisations.seed)}});
}

std::string hash_of(const RunIdentity& run) {
  io::ContentHash hash;
  for (const auto& [name, value] : run) hash.add(name), hash.add(value);
  return hash.text();
}

}  // namespace

std::string identify(const Description& description, const GramRequest& request, std::size_t granularity) {
  RunIdentity run{{"the network", hash_of(description)},
                  {"instruction set", description.instruction_set},
                  {"granularity", std::to_string(granularity)},
                  {"--kernel", std::string(name_of(kernel_names, request.kernel))},
                  {"--outputs", std::string(name_of(output_names, request.outputs))},
                  {"theta", hash_of(request.theta)},
                  {"x", hash_of(request.x.values)},
                  {"x2", hash_of(request.x2.values)},
                  {"--standard-error", fmt::format("{}", request.with_error)},
                  {"--average", std::string(name_of(average_names, request.realisations.average))},
                  {"--noise", fmt::format("{}", request.realisations.independent)}};
  add_displacements(run, request.nonlocal);
  add_estimate(run, request.nonlocal);
  add_realisations(run, request.realisations);
  return hash_of(run);
}

RunIdentity identify(const Description& description, const TrainOptions& options, const Examples& data,
                     const NonlocalOptions& nonlocal, const Realisations& realisations,
                     std::span<const double> theta) {
  const std::size_t samples = data.x.shape[0];
  RunIdentity run{
      {"the network", hash_of(description)},
      {"x", hash_of(data.x.values)},
      {"y", hash_of(data.y.values)},
      {"x-test", hash_of(data.x_test)},
      {"y-test", hash_of(data.y_test)},
      {"theta at the start", hash_of(theta)},
      {"--gradient", std::string(name_of(gradient_names, options.gradient))},
      {"--loss", std::string(name_of(loss_names, options.loss))},
      {"--task", options.task ? std::string(name_of(task_names, *options.task)) : "guessed"},
      {"--learning-rate", fmt::format("{}", options.schedule.learning_rate)},
      {"--momentum", fmt::format("{}", options.schedule.momentum)},
      {"--batch-size", std::to_string(options.batch_size.value_or(samples))},
      {"--batch-seed",
       options.batch_size ? std::to_string(options.batch_seed.value_or(seed_of(options.kernel))) : "none"},
      {"--record", show(options.record)},
      {"--record-samples", show(options.record_samples)}};
  add_realisations(run, realisations);
  if (options.record) run.insert({"--steps", std::to_string(options.schedule.steps)});
  if (options.gradient == Gradient::nonlocal) add_displacements(run, nonlocal);
  return run;
}

}  // namespace nntk::tool
