// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/nonlocal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dynamic/blas.hpp"
#include "dynamic/samples.hpp"

namespace nntk::dynamic {

namespace {

/// Differences held at a time, all outputs counted: enough for a fast product, some 30 MB for 1536 inputs.
constexpr std::size_t rows_held = 2560;

/// The differences of one batch of inputs, row (k·O + o) for sample k of those held.
template <class Real>
class Differences {
 public:
  Differences(const DynamicNetwork<Real>& network, std::span<const Real> theta, std::span<const Real> x)
      : network_(network),
        x_(read_samples(x, network.inputs())),
        base_(network.forward(theta, x_)),
        rows_(0, x_.columns()) {}

  void start(std::size_t samples) { rows_ = Matrix<Real>(samples * network_.outputs(), x_.columns()); }

  void set(std::size_t sample, std::span<const Real> perturbed, Real scale) {
    const Matrix<Real> response = network_.forward(perturbed, x_);
    for (std::size_t o = 0; o < response.rows(); ++o) {
      Real* row = rows_.row(sample * response.rows() + o);
      for (std::size_t i = 0; i < response.columns(); ++i)
        row[i] = scale * (response.row(o)[i] - base_.row(o)[i]);
    }
  }

  /// The rows as a tangent; they are gone from here.
  Tangent<Real> take(OutputMode mode) {
    Tangent<Real> tangent;
    tangent.emplace_back(mode, std::move(rows_), network_.outputs());
    return tangent;
  }

 private:
  const DynamicNetwork<Real>& network_;
  Matrix<Real> x_, base_, rows_;
};

}  // namespace

template <class Real>
std::vector<Real> nonlocal_gram(const DynamicNetwork<Real>& network, Span<Real> theta, Span<Real> x,
                                Span<Real> x2, OutputMode mode, const Displacements<Real>& displacements) {
  const BlasThreads threads(network.threads());
  const GramShape shape = network.gram_shape(x, x2, mode);
  std::vector<Real> result(shape.size()), perturbed(theta.size());
  Gram<Real> gram(shape, result);
  std::vector<Differences<Real>> sides{{network, theta, x}};
  if (!shape.is_symmetric()) sides.emplace_back(network, theta, x2);

  const Real weight = static_cast<Real>(theta.size()) / static_cast<Real>(displacements.samples);
  const std::size_t held = std::max<std::size_t>(1, rows_held / network.outputs());
  for (std::size_t first = 0; first < displacements.samples; first += held) {
    const std::size_t count = std::min(held, displacements.samples - first);
    for (auto& side : sides) side.start(count);
    for (std::size_t k = 0; k < count; ++k) {
      const Real scale = std::sqrt(weight / displacements.draw(first + k, perturbed));
      for (std::size_t i = 0; i < theta.size(); ++i) perturbed[i] += theta[i];
      for (auto& side : sides) side.set(k, perturbed, scale);
    }
    const Tangent<Real> left = sides.front().take(mode);
    gram.add(left, shape.is_symmetric() ? left : sides.back().take(mode));
  }
  return result;
}

template std::vector<float> nonlocal_gram(const DynamicNetwork<float>&, std::span<const float>,
                                          std::span<const float>, std::span<const float>, OutputMode,
                                          const Displacements<float>&);
template std::vector<double> nonlocal_gram(const DynamicNetwork<double>&, std::span<const double>,
                                           std::span<const double>, std::span<const double>, OutputMode,
                                           const Displacements<double>&);

}  // namespace nntk::dynamic
