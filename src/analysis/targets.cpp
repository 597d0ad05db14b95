// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <nntk/analysis/targets.hpp>
#include <nntk/linalg.hpp>
#include <numeric>

namespace nntk {
namespace {

void require_two_classes(const Vector& classes) {
  if (classes.size() == 0) throw DataError("expected labels of at least two classes, found no labels");
  if (classes.size() == 1)
    throw DataError(fmt::format("expected labels of at least two classes, found only {}", classes(0)));
}

// Where `label`, the i-th, stands among the ascending classes.
std::size_t find_class(const Vector& classes, double label, std::size_t i) {
  const auto found = std::lower_bound(classes.begin(), classes.end(), label);
  if (found == classes.end() || *found != label)
    throw DataError(fmt::format("expected one of {} labels from {} to {}, found {} at [{}]", classes.size(),
                                classes(0), classes(classes.size() - 1), label, i));
  return static_cast<std::size_t>(found - classes.begin());
}

// 1 − Σ(y − f)² / Σ(y − ȳ)² of one output. Entries that are all equal do not vary, whatever their mean rounds
// to.
double measure_output(const Matrix& predictions, const Matrix& targets, std::size_t output) {
  const auto f = xt::view(predictions, xt::all(), output);
  const auto y = xt::view(targets, xt::all(), output);
  if (xt::amin(y)() == xt::amax(y)()) return std::numeric_limits<double>::quiet_NaN();
  const double mean = xt::mean(y)();
  return 1 - xt::sum(xt::square(y - f))() / xt::sum(xt::square(y - mean))();
}

}  // namespace

Vector find_classes(const Vector& labels) {
  require_finite(labels, "labels");
  Vector sorted = labels;
  std::sort(sorted.begin(), sorted.end());
  const auto end = std::unique(sorted.begin(), sorted.end());
  Vector classes = xt::view(sorted, xt::range(0, end - sorted.begin()));
  require_two_classes(classes);
  return classes;
}

Matrix encode_labels(const Vector& labels, const Vector& classes) {
  require_two_classes(classes);
  Matrix codes({labels.size(), classes.size()}, -1.0 / static_cast<double>(classes.size()));
  for (std::size_t i = 0; i < labels.size(); ++i) codes(i, find_class(classes, labels(i), i)) += 1;
  return codes;
}

Vector choose_labels(const Matrix& scores, const Vector& classes) {
  require_two_classes(classes);
  if (scores.shape(1) != classes.size())
    throw DataError(fmt::format("expected scores of {} columns, one for each class, found {}", classes.size(),
                                scores.shape(1)));
  require_finite(scores, "scores");
  Vector labels = xt::empty<double>({scores.shape(0)});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double* const row = &scores(i, 0);
    labels(i) = classes(static_cast<std::size_t>(std::max_element(row, row + classes.size()) - row));
  }
  return labels;
}

double measure_accuracy(const Vector& predicted, const Vector& truth) {
  if (predicted.size() != truth.size() || truth.size() == 0)
    throw DataError(
        fmt::format("expected as many predicted labels as true ones, at least one, found {} and {}",
                    predicted.size(), truth.size()));
  const auto hits = std::inner_product(predicted.begin(), predicted.end(), truth.begin(), std::size_t{0},
                                       std::plus<>{}, std::equal_to<>{});
  return static_cast<double>(hits) / static_cast<double>(truth.size());
}

Matrix centre_targets(Matrix targets) {
  require_finite(targets, "targets");
  if (targets.shape(0) == 0) return targets;
  for (std::size_t output = 0; output < targets.shape(1); ++output) {
    auto y = xt::view(targets, xt::all(), output);
    const double mean = xt::amin(y)() == xt::amax(y)() ? y(0) : xt::mean(y)();
    y -= mean;
  }
  return targets;
}

double measure_r_squared(const Matrix& predictions, const Matrix& targets) {
  if (predictions.shape() != targets.shape() || targets.size() == 0)
    throw DataError(fmt::format(
        "expected predictions and targets of one shape, at least one entry, found {} by {} and {} by {}",
        predictions.shape(0), predictions.shape(1), targets.shape(0), targets.shape(1)));
  require_finite(predictions, "predictions");
  require_finite(targets, "targets");
  double total = 0;
  for (std::size_t output = 0; output < targets.shape(1); ++output)
    total += measure_output(predictions, targets, output);
  return total / static_cast<double>(targets.shape(1));
}

}  // namespace nntk
