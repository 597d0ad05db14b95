// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nntk/analysis/separation.hpp>
#include <nntk/analysis/targets.hpp>
#include <nntk/linalg.hpp>

namespace nntk {
namespace {

struct Mean {
  double sum = 0, count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  // NaN of nothing
  [[nodiscard]] double value() const { return sum / count; }
};

void require_labels(const Matrix& gram, const Vector& labels) {
  require_symmetric(gram);
  if (labels.size() != gram.shape(0))
    throw DataError(fmt::format("expected {} labels, one for each row of the kernel, found {}", gram.shape(0),
                                labels.size()));
  static_cast<void>(find_classes(labels));
}

}  // namespace

ClassSeparation measure_separation(const Matrix& gram, const Vector& labels) {
  require_labels(gram, labels);
  Mean within, between;
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      (labels(i) == labels(j) ? within : between).add(gram(i, i) - gram(i, j) + (gram(j, j) - gram(i, j)));
  return {within.value(), between.value()};
}

}  // namespace nntk
