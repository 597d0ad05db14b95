// SPDX-License-Identifier: BSD-3-Clause
//
// The oracle is the network itself: one that is linear in its parameters keeps its kernel, so its own
// gradient flow, of parameters and in small steps, is what the closed form tells of its outputs. Runge–Kutta
// of h·λ_max/N = 0.01 errs by less than 4e-11 in a mode.
#include "../../src/tool/evolution.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "../../src/tool/kernel_evaluation.hpp"
#include "../../src/tool/matrix.hpp"
#include "support/flow.hpp"
#include "tool/linear_program.hpp"

namespace nntk::tool {

namespace {

using nntk::test::largest_difference;
using nntk::test::normal_matrix;

constexpr std::size_t n = 5, m = 3, inputs = 4, outputs = 2;

Samples samples_of(const Matrix& x) { return {.values = span_of(x), .count = x.shape(0)}; }

/// A linear network with what it learns and what it is asked.
struct LinearTraining {
  test::LinearProgram program{inputs, outputs};
  Description description = program.describe();
  Matrix x = normal_matrix(n, inputs, 1), x_test = normal_matrix(m, inputs, 2),
         y = normal_matrix(n, outputs, 3);

  [[nodiscard]] KernelEvaluation kernel() const {
    static const Console console("test");
    return {program, description, {.seed = 7}, console};
  }
  [[nodiscard]] Matrix outputs_of(const Matrix& theta, const Matrix& at) const {
    Matrix f = xt::zeros<double>({at.shape(0), outputs});
    program.evaluate(span_of(theta), {}, samples_of(at), {f.data(), f.size()});
    return f;
  }
  [[nodiscard]] Matrix initial_parameters() const {
    Matrix theta = xt::zeros<double>({std::size_t{1}, inputs * outputs});
    program.initialise(7, {theta.data(), theta.size()});
    return theta;
  }
  /// dθ/dt = −∂L/∂θ for a while, from the initial parameters.
  [[nodiscard]] Matrix train(double time, std::size_t steps) const {
    const auto descent =
        program.prepare_descent({.x = samples_of(x), .y = span_of(y), .nonlocal = {}, .is_stopped = {}});
    return nntk::test::runge_kutta(initial_parameters(), time, steps, [&](const Matrix& theta) -> Matrix {
      Matrix gradient = theta;
      descent->local_gradient(span_of(theta), {}, {gradient.data(), gradient.size()});
      return -gradient;
    });
  }
};

}  // namespace

TEST_CASE("A flow from the network's own outputs is the training of a linear network, on new inputs too") {
  const LinearTraining training;
  const KernelEvaluation kernel = training.kernel();
  const Kernels kernels{
      to_matrix(kernel.evaluate("", OutputMode::mean, samples_of(training.x), {}), n),
      to_matrix(kernel.evaluate("", OutputMode::mean, samples_of(training.x_test), samples_of(training.x)),
                m)};
  const Logits start{kernel.outputs(samples_of(training.x)), kernel.outputs(samples_of(training.x_test))};
  const GradientFlow flow(kernels.gram);
  const double time = GENERATE(0., 0.5, 20.);
  const auto moments = follow_squared(flow, kernels, training.y, start, std::nullopt, {time});
  const auto steps = static_cast<std::size_t>(std::ceil(time * flow.decay_rates()(0) / 0.01));
  const Matrix theta = steps == 0 ? training.initial_parameters() : training.train(time, steps);
  CHECK(largest_difference(moments[0].outputs.examples, training.outputs_of(theta, training.x)) <= 1e-10);
  CHECK(largest_difference(moments[0].outputs.inputs, training.outputs_of(theta, training.x_test)) <= 1e-10);
  const double loss = measure_loss(Loss::squared, training.outputs_of(theta, training.x), training.y);
  CHECK(std::abs(moments[0].row.loss - loss) <= 1e-10);
}

TEST_CASE("A network that tells nothing apart starts at the mean of values, or at 0") {
  const Problem values({{2, 2}, {1, 5, 3, 7}}, Task::regression);
  CHECK((start_alike(values, Initial::mean, 1).examples == Matrix{{2, 6}, {2, 6}}));
  CHECK((start_alike(values, Initial::mean, 1).inputs == Matrix{{2, 6}}));
  CHECK((start_alike(values, Initial::zero, 1).examples == Matrix{{0, 0}, {0, 0}}));
  const Problem labels({{3}, {1, 1, 2}}, Task::classification);
  CHECK((start_alike(labels, Initial::mean, 1).examples == Matrix(xt::zeros<double>({3, 2}))));
  CHECK(start_alike(labels, Initial::mean, 0).inputs.shape(0) == 0);
}

TEST_CASE("The flow of cross-entropy starts where it is told, and its loss is that of its outputs") {
  const auto kernel = nntk::test::random_kernel(n, m, 8, 4);
  const Matrix codes = Problem({{n}, {0, 1, 2, 1, 0}}, Task::classification).codes();
  const Logits start{normal_matrix(n, 3, 5), normal_matrix(m, 3, 6)};
  const auto moments = follow_cross_entropy({kernel.examples, kernel.cross}, codes, start, {0, 1, 4});
  CHECK((moments[0].outputs.examples == start.examples && moments[0].outputs.inputs == start.inputs));
  double before = std::log(3) + 100;
  for (const auto& [logits, row] : moments) {
    CHECK(row.loss == measure_loss(Loss::cross_entropy, logits.examples, codes));
    CHECK(row.loss < before);
    before = row.loss;
  }
}

TEST_CASE("Logits that are all alike have a cross-entropy of the logarithm of the classes") {
  const Matrix codes = Problem({{4}, {0, 1, 2, 1}}, Task::classification).codes();
  CHECK(std::abs(measure_loss(Loss::cross_entropy, xt::ones<double>({4, 3}), codes) - std::log(3)) <= 1e-15);
}

}  // namespace nntk::tool
