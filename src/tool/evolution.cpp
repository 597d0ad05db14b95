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

Logits start_alike(const Problem& problem, Initial initial, std::size_t inputs) {
  const Matrix codes = problem.codes();
  Logits start{xt::zeros<double>(codes.shape()), xt::zeros<double>({inputs, codes.shape(1)})};
  if (initial != Initial::mean || problem.task() != Task::regression) return start;
  const Vector mean = xt::mean(codes, {0});
  start.examples += mean;
  start.inputs += mean;
  return start;
}

std::vector<Moment> follow_squared(const GradientFlow& flow, const Kernels& kernels, const Matrix& codes,
                                   const Logits& start, const std::optional<PriorCovariance>& prior,
                                   const std::vector<double>& times) {
  const auto& [examples, inputs] = start;
  std::vector<Moment> moments;
  for (const double time : times) {
    Interruption::check();
    moments.push_back(
        {{flow.evolve(examples, codes, time), flow.predict(kernels.cross, inputs, examples, codes, time)},
         {.time = time, .loss = flow.loss(examples, codes, time)}});
    if (!prior) continue;
    const auto ensemble = predict_ensemble(flow, kernels.cross, *prior, codes - examples, time);
    moments.back().row.deviation = mean_deviation(ensemble.covariance);
  }
  return moments;
}

std::vector<Moment> follow_cross_entropy(const Kernels& kernels, const Matrix& codes, Logits start,
                                         const std::vector<double>& times) {
  const Matrix probabilities = probabilities_of(codes);
  std::vector<Moment> moments;
  double before = 0;
  for (const double time : times) {
    Interruption::check();
    start = std::move(
        integrate_cross_entropy(kernels.gram, kernels.cross, start, probabilities, {time - before}).front());
    moments.push_back(
        {start, {.time = time, .loss = measure_loss(Loss::cross_entropy, start.examples, codes)}});
    before = time;
  }
  return moments;
}

double measure_loss(Loss loss, const Matrix& outputs, const Matrix& codes) {
  if (loss == Loss::cross_entropy) return measure_cross_entropy(outputs, probabilities_of(codes));
  return xt::sum(xt::square(outputs - codes))() / (2 * static_cast<double>(outputs.shape(0)));
}

}  // namespace nntk::tool
