// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "dead_blocks.hpp"
#include "format.hpp"
#include "json.hpp"
#include "names.hpp"
#include "nntk/linalg.hpp"
#include "table.hpp"

namespace nntk::tool {

namespace {

std::string show_settings(const LayerDescription& layer) {
  std::string text;
  for (const auto& [name, value] : layer.settings)
    text += fmt::format("{}{} {:g}", text.empty() ? "" : ", ", name, value);
  return text;
}

std::string show_scales(const LayerDescription& layer) {
  if (layer.name == "Residual") return fmt::format("scale {:g}", layer.branch_scale);
  if (layer.blocks.empty()) return show_settings(layer);
  const auto* law = layer.standard_parameterisation ? "standard, " : "";
  return fmt::format("{}weight {:g}, bias {:g}", law, layer.weight_scale, layer.bias_scale);
}

/// A row a layer with its first block, and one for every further block; bodies are indented.
void add_layers(std::span<const LayerDescription> layers, std::size_t depth, Rows& rows) {
  for (const auto& layer : layers) {
    rows.push_back({std::string(2 * depth, ' ') + layer.name, std::to_string(layer.in),
                    std::to_string(layer.out), show_scales(layer)});
    for (const auto& block : layer.blocks) {
      if (&block != &layer.blocks.front()) rows.push_back({"", "", "", ""});
      rows.back().insert(rows.back().end(), {block.name, show_shape(block.shape), show_count(block.offset)});
    }
    add_layers(layer.children, depth + 1, rows);
  }
}

/// The one that runs, and what the binary could run elsewhere.
std::string show_choice(const std::string& chosen, const std::vector<std::string>& sets) {
  return sets.size() < 2 ? chosen : fmt::format("{} of {}", chosen, fmt::join(sets, ", "));
}

Rows list_properties(const InfoReport& report) {
  const Description& network = report.description;
  return {{"parameters", show_count(network.parameter_count)},
          {"scalar", network.scalar},
          {"instruction set", show_choice(network.instruction_set, report.instruction_sets)},
          {"lanes", std::to_string(network.lanes)},
          {"workspace", fmt::format("{} a thread", show_bytes(network.workspace_bytes))},
          {"features", fmt::format("{} a sample", show_bytes(network.feature_bytes_per_sample))},
          {"ntk", fmt::format("{} flops a sample, {} a pair", show_magnitude(network.flops_per_sample),
                              show_magnitude(network.flops_per_pair))},
          {"nntk lengths", list_names(interaction_names)},
          {"nntk directions", list_names(direction_names)},
          {"nntk attention", list_names(attention_names)},
          {"nntk estimators", list_names(estimator_names)},
          {"noise", network.noise_count == 0
                        ? "none"
                        : fmt::format("{} numbers a realisation", show_count(network.noise_count))},
          {"infinite width", network.has_infinite_width ? "yes" : "no"},
          {"BLAS", report.blas}};
}

std::string to_text(const InfoReport& report) {
  Rows rows{{"layer", "in", "out", "scales", "block", "shape", "offset"}};
  add_layers(report.description.layers, 0, rows);
  return render_table(rows, 7) + '\n' + render_table(list_properties(report), 2);
}

}  // namespace

void run_info(const Program& program, const InfoOptions& options, const Console& console) {
  InfoReport report{
      .description = program.describe(), .instruction_sets = {}, .dead_blocks = {}, .blas = blas_name()};
  for (const CompiledProgram* compiled : compiled_programs())
    report.instruction_sets.emplace_back(compiled->instruction_set);
  report.dead_blocks = find_dead_blocks(report.description.layers);
  Console::print(options.json ? to_json(report) : to_text(report));
  if (!report.dead_blocks.empty())
    console.say(
        fmt::format("warning: the ntk does not see {}, whose derivatives are 0 before a Sign, Heaviside or "
                    "Quantize; the nntk does",
                    fmt::join(report.dead_blocks, ", ")));
}

}  // namespace nntk::tool
