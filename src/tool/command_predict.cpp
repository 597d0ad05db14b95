// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <optional>

#include "array_file.hpp"
#include "commands.hpp"
#include "examples.hpp"
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

void require_some_result(const PredictOptions& options) {
  if (!options.y_test && !options.out)
    throw UsageError("expected --y-test, to score the predictions, or --out, to write them, or both");
  require_distinct_outputs(options.json, {{"--out", options.out}});
}

/// (m, outputs) scores of the test inputs.
Matrix predict_scores(const KernelEvaluation& kernel, const Examples& data, const Problem& problem,
                      const PredictOptions& options) {
  const Samples x = samples_of(data.x), x_test = samples_of(*data.x_test);
  Matrix gram = to_matrix(kernel.evaluate("training kernel", OutputMode::mean, x, {}), x.count);
  const Matrix cross = to_matrix(kernel.evaluate("test kernel", OutputMode::mean, x_test, x), x_test.count);
  set_blas_threads(static_cast<std::size_t>(threads_of(options.kernel)));
  const Offset offset = problem.task() == Task::classification ? Offset::none : Offset::mean;
  return RidgeRegression::fit(std::move(gram), problem.codes(), options.ridge, offset).predict(cross);
}

PredictReport summarise(const PredictOptions& options, const Examples& data, const Problem& problem) {
  return {.kernel = std::string(name_of(kernel_names, kind_of(options.kernel))),
          .task = problem.task(),
          .training_samples = data.x.shape[0],
          .test_samples = data.x_test->shape[0],
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
  const Examples data = read_examples(options.x, options.y, options.x_test, options.y_test, description);
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
