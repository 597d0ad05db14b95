// SPDX-License-Identifier: BSD-3-Clause
//
// The dynamic twin: a network configured at run time, the way a good engineer writes it without knowing the
// widths. Virtual layers, matrices on the heap, whole batches through BLAS, structured derivatives:
//
//   Θ_oo'(x,x') = Σ_layers (σ_w²/n_in ⟨a,a'⟩ + σ_b²) ⟨b_o, b'_o'⟩                    (Novak et al. 2022)
//
// It is what a compiled architecture is timed against, and an independent oracle for it. Data are row-major,
// one sample a row; θ is flat, each Dense W (fan_out × fan_in) row-major, then b.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "dynamic/layer.hpp"

namespace nntk::dynamic {

template <class Real = double>
class DynamicNetwork {
 public:
  /// Every evaluation gives BLAS this many threads. Throws UsageError for a layer that it does not know.
  explicit DynamicNetwork(std::span<const tool::LayerDescription> layers, int threads = 1,
                          Products products = Products::tiled);

  [[nodiscard]] std::size_t inputs() const { return inputs_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }
  [[nodiscard]] std::size_t parameter_count() const { return parameter_count_; }
  [[nodiscard]] int threads() const { return threads_; }

  /// f(x; θ), n × outputs.
  [[nodiscard]] std::vector<Real> forward(std::span<const Real> theta, std::span<const Real> x) const;
  /// The same with one sample a column: (inputs × n) → (outputs × n).
  [[nodiscard]] Matrix<Real> forward(std::span<const Real> theta, Matrix<Real> x) const;

  /// The factors of ∂f/∂θ, last layer first: what is computed once a sample.
  [[nodiscard]] Tangent<Real> tangent(std::span<const Real> theta, std::span<const Real> x,
                                      OutputMode mode) const;

  /// The local NTK of x and x2; without x2 the symmetric matrix of x.
  void gram(std::span<const Real> theta, std::span<const Real> x, std::span<const Real> x2, OutputMode mode,
            std::span<Real> out) const;
  [[nodiscard]] std::vector<Real> gram(std::span<const Real> theta, std::span<const Real> x,
                                       std::span<const Real> x2, OutputMode mode) const;
  [[nodiscard]] GramShape gram_shape(std::span<const Real> x, std::span<const Real> x2,
                                     OutputMode mode) const;

 private:
  std::size_t inputs_, outputs_, parameter_count_ = 0;
  std::unique_ptr<Layer<Real>> body_;
  int threads_;
  Products products_;
};

}  // namespace nntk::dynamic
