// SPDX-License-Identifier: BSD-3-Clause
#include "evolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "interruption.hpp"
#include "matrix.hpp"
#include "nntk/analysis/cross_entropy.hpp"

namespace nntk::tool {

namespace {

/// Where the network starts: the mean of the targets, or all classes alike.
Matrix start_of(const Problem& problem, const Matrix& codes, std::size_t rows) {
  Matrix start = xt::zeros<double>({rows, codes.shape(1)});
  if (problem.task() == Task::regression) start += xt::mean(codes, {0});
  return start;
}

double mean_deviation(const Matrix& covariance) {
  double sum = 0;
  for (std::size_t i = 0; i < covariance.shape(0); ++i) sum += covariance(i, i);
  return std::sqrt(sum / static_cast<double>(covariance.shape(0)));
}

}  // namespace

std::vector<double> choose_times(const Vector& rates, Loss loss) {
  const double fastest = rates(0), longest = loss == Loss::squared ? 1e12 : 1e3;
  if (!(fastest > 0)) return {0};
  std::vector<double> times;
  const double slowest = std::max(rates(rates.size() - 1), fastest / longest);
  const double first = std::floor(2 * (-1 - std::log10(fastest)));
  const double last = std::ceil(2 * (1 - std::log10(std::max(slowest, std::numeric_limits<double>::min()))));
  for (double k = first; k <= std::min(last, 616.0); ++k) times.push_back(std::pow(10, k / 2));
  if (loss == Loss::squared) times.push_back(std::numeric_limits<double>::infinity());
  return times;
}

std::vector<Moment> follow_squared(const GradientFlow& flow, const Kernels& kernels, const Problem& problem,
                                   const std::optional<PriorCovariance>& prior,
                                   const std::vector<double>& times) {
  const Matrix codes = problem.codes(), start = start_of(problem, codes, codes.shape(0));
  const Matrix start_new = start_of(problem, codes, kernels.cross.shape(0));
  std::vector<Moment> moments;
  for (const double time : times) {
    Interruption::check();
    moments.push_back(
        {{flow.evolve(start, codes, time), flow.predict(kernels.cross, start_new, start, codes, time)},
         {.time = time, .loss = flow.loss(start, codes, time)}});
    if (!prior) continue;
    const auto ensemble = predict_ensemble(flow, kernels.cross, *prior, codes - start, time);
    moments.back().row.deviation = mean_deviation(ensemble.covariance);
  }
  return moments;
}

std::vector<Moment> follow_cross_entropy(const Kernels& kernels, const Matrix& probabilities,
                                         const std::vector<double>& times) {
  Logits outputs{xt::zeros<double>(probabilities.shape()),
                 xt::zeros<double>({kernels.cross.shape(0), probabilities.shape(1)})};
  std::vector<Moment> moments;
  double before = 0;
  for (const double time : times) {
    Interruption::check();
    outputs = std::move(
        integrate_cross_entropy(kernels.gram, kernels.cross, outputs, probabilities, {time - before})
            .front());
    moments.push_back(
        {outputs, {.time = time, .loss = measure_cross_entropy(outputs.examples, probabilities)}});
    before = time;
  }
  return moments;
}

}  // namespace nntk::tool
