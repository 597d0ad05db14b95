// SPDX-License-Identifier: BSD-3-Clause
#include "json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "names.hpp"
#include "task.hpp"

namespace nntk::tool {

namespace {

using Json = nlohmann::ordered_json;

// File names need not be UTF-8, which JSON must be.
std::string print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

template <class Value, std::size_t Count>
Json names_in(const Names<Value, Count>& names) {
  Json list = Json::array();
  for (const auto& [name, value] : names) list.push_back(name);
  return list;
}

/// JSON has no number without end.
Json time_of(double time) { return std::isinf(time) ? Json("inf") : Json(time); }

const char* score_key(Task task) { return task == Task::classification ? "accuracy" : "r_squared"; }

Json describe(const BlockDescription& block) {
  return {{"name", block.name}, {"shape", block.shape}, {"offset", block.offset}};
}

Json describe(const LayerDescription& layer) {
  Json json = {{"name", layer.name}, {"in", layer.in}, {"out", layer.out}};
  for (const auto& block : layer.blocks) json["blocks"].push_back(describe(block));
  for (const auto& child : layer.children) json["children"].push_back(describe(child));
  if (!layer.blocks.empty()) {
    json["weight_scale"] = layer.weight_scale;
    json["bias_scale"] = layer.bias_scale;
    json["parameterisation"] = layer.standard_parameterisation ? "standard" : "ntk";
  }
  if (layer.branch_scale != 0) json["branch_scale"] = layer.branch_scale;
  for (const auto& [name, value] : layer.settings) json[name] = value;
  return json;
}

Json describe(const TargetReport& report) {
  Json curve = Json::array();
  for (const auto& entry : report.learning_curve)
    curve.push_back(
        {{"examples", entry.examples}, {"error", entry.error}, {"relative_error", entry.relative_error}});
  Json json = {{"task", name_of(task_names, report.task)},
               {outputs_name(report.task), report.outputs},
               {"alignment", report.alignment},
               {"centred_alignment", report.centred_alignment}};
  if (report.class_separation) json["class_separation"] = *report.class_separation;
  json["leading_energies"] = leading(report.energies);
  if (!curve.empty()) json["learning_curve"] = curve;
  return json;
}

Json describe(const Records& records) {
  Json rows = Json::array();
  for (const auto& row : records.rows) {
    rows.push_back(Json::object());
    for (std::size_t i = 0; i < row.size(); ++i) rows.back()[records.columns[i]] = row[i];
    rows.back()["step"] = static_cast<std::size_t>(row.front());
  }
  return rows;
}

void add_losses(Json& json, const std::string& prefix, const Losses& losses) {
  json[prefix + "loss_before"] = losses.before;
  json[prefix + "loss_after"] = losses.after;
  json["lowest_" + prefix + "loss"] = losses.lowest;
  json["lowest_" + prefix + "loss_step"] = losses.lowest_step;
}

}  // namespace

std::string to_json(const InfoReport& report) {
  const Description& description = report.description;
  Json layers = Json::array();
  for (const auto& layer : description.layers) layers.push_back(describe(layer));
  return print({{"inputs", description.inputs},
                {"outputs", description.outputs},
                {"parameter_count", description.parameter_count},
                {"scalar", description.scalar},
                {"layers", layers},
                {"instruction_sets", report.instruction_sets},
                {"dead_blocks", report.dead_blocks},
                {"interactions", names_in(interaction_names)},
                {"directions", names_in(direction_names)},
                {"attention", names_in(attention_names)},
                {"estimators", names_in(estimator_names)},
                {"averages", names_in(average_names)},
                {"noise_count", description.noise_count},
                {"has_infinite_width", description.has_infinite_width},
                {"instruction_set", description.instruction_set},
                {"lanes", description.lanes},
                {"workspace_bytes", description.workspace_bytes},
                {"feature_bytes_per_sample", description.feature_bytes_per_sample},
                {"flops_per_sample", description.flops_per_sample},
                {"flops_per_pair", description.flops_per_pair},
                {"flops_per_full_pair", description.flops_per_full_pair},
                {"blas", report.blas}});
}

std::string to_json(const SpectrumReport& report) {
  Json json = {{"kernel", report.kernel},
               {"n", report.n},
               {"trace", report.trace},
               {"largest_eigenvalue", report.largest},
               {"smallest_eigenvalue", report.smallest},
               {"definiteness", name_of(definiteness_names, report.definiteness)},
               {"condition_number", report.condition_number},
               {"rank", report.rank},
               {"effective_rank", report.effective_rank},
               {"participation_ratio", report.participation_ratio},
               {"stable_rank", report.stable_rank},
               {"ridge", report.ridge},
               {"effective_dimension", report.effective_dimension},
               {"leading_eigenvalues", leading(report.eigenvalues)}};
  if (report.targets) json["targets"] = describe(*report.targets);
  return print(json);
}

std::string to_json(const PredictReport& report) {
  Json json = {{"kernel", report.kernel},
               {"task", name_of(task_names, report.task)},
               {"training_samples", report.training_samples},
               {"test_samples", report.test_samples},
               {outputs_name(report.task), report.outputs},
               {"ridge", report.ridge}};
  if (report.score) json[score_key(report.task)] = *report.score;
  return print(json);
}

std::string to_json(const TrainReport& report) {
  Json json = {{"gradient", report.gradient},
               {"task", name_of(task_names, report.task)},
               {"loss", name_of(loss_names, report.loss)},
               {"training_samples", report.training_samples},
               {"test_samples", report.test_samples},
               {outputs_name(report.task), report.outputs},
               {"batch_size", report.batch_size},
               {"steps", report.schedule.steps},
               {"learning_rate", report.schedule.learning_rate},
               {"momentum", report.schedule.momentum}};
  add_losses(json, "", report.losses);
  json[score_key(report.task)] = report.score;
  if (report.displacements > 0) json["displacements"] = report.displacements;
  if (report.test_losses) add_losses(json, "test_", *report.test_losses);
  if (report.test_score) json[fmt::format("test_{}", score_key(report.task))] = *report.test_score;
  if (report.suggested_step) json["suggested_step"] = *report.suggested_step;
  if (!report.records.rows.empty()) json["records"] = describe(report.records);
  return print(json);
}

std::string to_json(const DynamicsReport& report) {
  Json rows = Json::array();
  for (const auto& row : report.rows) {
    Json entry = {{"time", time_of(row.time)}, {"loss", row.loss}, {score_key(report.task), row.score}};
    if (row.test_loss) entry["test_loss"] = *row.test_loss;
    if (row.test_score) entry[fmt::format("test_{}", score_key(report.task))] = *row.test_score;
    if (row.deviation) entry["deviation"] = *row.deviation;
    rows.push_back(entry);
  }
  Json json = {{"kernel", report.kernel},
               {"task", name_of(task_names, report.task)},
               {"loss", name_of(loss_names, report.loss)},
               {"initial", name_of(initial_names, report.initial)},
               {"training_samples", report.training_samples},
               {"test_samples", report.test_samples},
               {outputs_name(report.task), report.outputs},
               {"fastest_rate", report.fastest_rate},
               {"slowest_rate", report.slowest_rate},
               {"momentum", report.momentum},
               {"critical_learning_rate", report.critical_learning_rate},
               {"rows", rows}};
  if (report.best_time) json["best_time"] = time_of(*report.best_time);
  return print(json);
}

std::string to_json(const BenchReport& report) {
  Json rows = Json::array();
  for (const auto& row : report.rows)
    rows.push_back({{"name", row.name},
                    {"seconds", row.seconds},
                    {"ratio", row.ratio},
                    {"peak_fraction", row.peak_fraction}});
  Json json = {{"kernel", report.kernel},
               {"output_mode", report.output_mode},
               {"n", report.n},
               {"inputs", report.description.inputs},
               {"outputs", report.description.outputs},
               {"parameter_count", report.description.parameter_count},
               {"scalar", report.description.scalar},
               {"instruction_set", report.description.instruction_set},
               {"compiler", report.compiler},
               {"blas", report.blas},
               {"repetitions", report.repetitions},
               {"fma_per_second", report.fma_peak},
               {"largest_difference", report.difference.largest},
               {"inputs_left_out", report.difference.outliers},
               {"tolerance", report.tolerance.largest},
               {"rows", rows}};
  if (report.samples > 0) json["samples"] = report.samples;
  if (!report.note.empty()) json["note"] = report.note;
  return print(json);
}

}  // namespace nntk::tool
