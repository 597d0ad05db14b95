// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <optional>

#include "array_file.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "names.hpp"
#include "nntk/analysis/ridge.hpp"
#include "nntk/error.hpp"
#include "nntk/linalg.hpp"
#include "presentation.hpp"
#include "table.hpp"
#include "task.hpp"

namespace nntk::tool {

namespace {

struct Data {
  io::Array x, y, x_test;
  std::optional<io::Array> y_test;
};

std::size_t width_of(const io::Array& targets) { return targets.shape.size() == 1 ? 1 : targets.shape[1]; }

void require_same_width(const Path& path, const io::Array& y_test, const io::Array& y) {
  if (width_of(y_test) != width_of(y))
    throw DataError(fmt::format("{}: expected {} targets a row in y-test, as in y, found {}", path.string(),
                                width_of(y), width_of(y_test)));
}

Data read_data(const PredictOptions& options, const Description& description) {
  Data data{.x = read_inputs(options.x, "x", description),
            .y = {},
            .x_test = read_inputs(options.x_test, "x-test", description),
            .y_test = {}};
  data.y = read_targets(options.y, "y", data.x.shape[0]);
  if (!options.y_test) return data;
  data.y_test = read_targets(*options.y_test, "y-test", data.x_test.shape[0]);
  require_same_width(*options.y_test, *data.y_test, data.y);
  return data;
}

void require_some_result(const PredictOptions& options) {
  if (!options.y_test && !options.out)
    throw UsageError("expected --y-test, to score the predictions, or --out, to write them, or both");
  require_distinct_outputs(options.json, options.out);
}

/// (m, outputs) scores of the test inputs.
Matrix predict_scores(const KernelEvaluation& kernel, const Data& data, const Problem& problem,
                      const PredictOptions& options) {
  const Samples x = samples_of(data.x), x_test = samples_of(data.x_test);
  Matrix gram = to_matrix(kernel.evaluate("training kernel", OutputMode::mean, x, {}), x.count);
  const Matrix cross = to_matrix(kernel.evaluate("test kernel", OutputMode::mean, x_test, x), x_test.count);
  set_blas_threads(static_cast<std::size_t>(threads_of(options.kernel)));
  const Offset offset = problem.task() == Task::classification ? Offset::none : Offset::mean;
  return RidgeRegression::fit(std::move(gram), problem.codes(), options.ridge, offset).predict(cross);
}

PredictReport summarise(const PredictOptions& options, const Data& data, const Problem& problem) {
  return {.kernel = std::string(name_of(kernel_names, kind_of(options.kernel))),
          .task = problem.task(),
          .training_samples = data.x.shape[0],
          .test_samples = data.x_test.shape[0],
          .outputs = problem.outputs(),
          .ridge = options.ridge,
          .score = {}};
}

std::string to_text(const PredictReport& report) {
  Rows rows{{"kernel", report.kernel},
            {"task", std::string(name_of(task_names, report.task))},
            {std::string(outputs_name(report.task)), std::to_string(report.outputs)},
            {"training samples", std::to_string(report.training_samples)},
            {"test samples", std::to_string(report.test_samples)},
            {"ridge", fmt::format("{:g}", report.ridge)}};
  if (report.score) rows.push_back(score_row(report.task, *report.score));
  return render_table(rows, 1);
}

}  // namespace

void run_predict(const Program& program, const PredictOptions& options, const Console& console) {
  require_some_result(options);
  const Description description = program.describe();
  const KernelEvaluation kernel(program, description, options.kernel, console);
  const Data data = read_data(options, description);
  const Problem problem = pose_problem(data.y, options.task, console);
  const Interruption interruption;
  std::optional<ArrayFile> out;
  if (options.out) out.emplace(*options.out);

  PredictReport report = summarise(options, data, problem);
  const io::Array predictions = problem.decode(predict_scores(kernel, data, problem, options));
  if (data.y_test) report.score = problem.score(predictions, *data.y_test);
  Interruption::check();
  if (out) out->write(predictions.shape, predictions.values);
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  if (out) out->commit();
}

}  // namespace nntk::tool
