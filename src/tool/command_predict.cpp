// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "array_file.hpp"
#include "commands.hpp"
#include "examples.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "kernel_evaluation.hpp"
#include "kernel_options.hpp"
#include "matrix.hpp"
#include "matrix_free_kernel.hpp"
#include "names.hpp"
#include "nntk/analysis/iterative_ridge.hpp"
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

void require_solver_fits(const PredictOptions& options) {
  if (options.landmarks && options.solver != Solver::conjugate_gradients)
    throw UsageError("--landmarks goes with --solver conjugate-gradients");
  if (options.solver == Solver::conjugate_gradients && options.ridge == 0)
    throw UsageError("--solver conjugate-gradients takes a --ridge above 0");
}

/// The ridge regression of a problem, in memory or by products with the kernel, and its scores (m, outputs).
class Prediction {
 public:
  Prediction(const Program& program, const KernelEvaluation& kernel, const PredictOptions& options,
             const Console& console)
      : program_(program), kernel_(kernel), options_(options), console_(console) {}

  [[nodiscard]] Matrix scores(const Examples& data, const Problem& problem) const {
    const Samples x = samples_of(data.x), x_test = samples_of(*data.x_test);
    return options_.solver == Solver::cholesky ? factor(x, x_test, problem) : iterate(x, x_test, problem);
  }

 private:
  [[nodiscard]] Matrix factor(Samples x, Samples x_test, const Problem& problem) const {
    Matrix gram = to_matrix(kernel_.evaluate("training kernel", OutputMode::mean, x, {}), x.count);
    const Matrix cross =
        to_matrix(kernel_.evaluate("test kernel", OutputMode::mean, x_test, x), x_test.count);
    set_blas_threads(static_cast<std::size_t>(threads_of(options_.kernel)));
    return RidgeRegression::fit(std::move(gram), problem.codes(), options_.ridge, offset_of(problem))
        .predict(cross);
  }

  [[nodiscard]] Matrix iterate(Samples x, Samples x_test, const Problem& problem) const {
    const RidgeRegression regression = fit_by_products(x, problem);
    MatrixFreeKernel cross(program_, kernel_, x_test, x);
    return regression.predict(cross.product());
  }

  [[nodiscard]] RidgeRegression fit_by_products(Samples x, const Problem& problem) const {
    Landmarks landmarks = choose(x);
    MatrixFreeKernel kernel(program_, kernel_, x, {});
    IterativeFit fit = fit_iteratively(kernel.product(), std::move(landmarks), problem.codes(),
                                       options_.ridge, offset_of(problem));
    console_.say(
        fmt::format("conjugate gradients: {} steps to a residual of {:.1e}", fit.steps, fit.residual));
    return std::move(fit.regression);
  }

  [[nodiscard]] Landmarks choose(Samples x) const {
    const std::size_t width = x.values.size() / x.count;
    std::vector<std::size_t> indices = choose_landmarks(x.count, options_.landmarks.value_or(512));
    std::vector<double> chosen;
    for (const std::size_t i : indices) {
      const auto row = x.values.subspan(i * width, width);
      chosen.insert(chosen.end(), row.begin(), row.end());
    }
    const Samples landmarks{chosen, indices.size()};
    Matrix kernel = to_matrix(kernel_.evaluate("landmarks", OutputMode::mean, x, landmarks), x.count);
    return {std::move(indices), std::move(kernel)};
  }

  static Offset offset_of(const Problem& problem) {
    return problem.task() == Task::classification ? Offset::none : Offset::mean;
  }

  const Program& program_;
  const KernelEvaluation& kernel_;
  const PredictOptions& options_;
  const Console& console_;
};

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
  require_solver_fits(options);
  const Description description = program.describe();
  const KernelEvaluation kernel(program, description, options.kernel, console);
  const Examples data = read_examples(options.x, options.y, options.x_test, options.y_test, description);
  const Problem problem = pose_problem(data.y, options.task, console);
  const Interruption interruption;
  std::optional<ArrayFile> out;
  if (options.out) out.emplace(*options.out);

  PredictReport report = summarise(options, data, problem);
  const io::Array predictions =
      problem.decode(Prediction(program, kernel, options, console).scores(data, problem));
  if (data.y_test) report.score = problem.score(predictions, *data.y_test);
  Interruption::check();
  if (out) out->write(predictions.shape, predictions.values);
  present(console, options.json ? to_json(report) : to_text(report), options.out);
  if (out) out->commit();
}

}  // namespace nntk::tool
