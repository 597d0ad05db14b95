// SPDX-License-Identifier: BSD-3-Clause
//
// Layers chosen at run time. A forward sweep takes the features of all samples at once and leaves on a tape
// what the way back needs; the cotangent sweep takes it off again, last in first out, and hands out one
// factor a block:
//
//   forward   a ─▶ z = W a + b ─▶ φ(z) ─▶ …        tape: a, φ'(z), …
//   pull      factors (a, ∂f/∂z) ◀─ Wᵀ ∂f/∂z ◀─ φ' ∘ ∂f/∂φ ◀─ … ◀─ identity
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "dynamic/activation.hpp"
#include "dynamic/gram.hpp"

namespace nntk::dynamic {

template <class Real>
using Tape = std::vector<Matrix<Real>>;

/// What a cotangent sweep reads and writes.
template <class Real>
struct Sweep {
  std::span<const Real> theta;
  OutputMode mode;
  Tape<Real> tape;
  Tangent<Real> tangent;
};

template <class Real>
class Layer {
 public:
  virtual ~Layer() = default;
  /// (width_in × n) → (width_out × n); pushes onto the tape, if there is one.
  virtual Matrix<Real> forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const = 0;
  /// The cotangent of the input from that of the output; empty when nobody before this layer has parameters.
  virtual Cotangent<Real> pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const = 0;
};

/// z = weight_scale · W a + bias_scale · b, W (fan_out × fan_in) and, unless bias_scale = 0, b at `offset` in
/// θ.
template <class Real>
class Dense final : public Layer<Real> {
 public:
  Dense(const tool::LayerDescription& description, std::size_t offset);
  [[nodiscard]] std::size_t parameter_count() const;
  Matrix<Real> forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const override;
  Cotangent<Real> pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const override;

 private:
  [[nodiscard]] View<const Real> weight(std::span<const Real> theta) const;
  [[nodiscard]] Matrix<Real> spread_bias(std::span<const Real> theta, std::size_t samples) const;

  std::size_t in_, out_, offset_;
  Real weight_scale_, bias_scale_;
};

template <class Real>
class Elementwise final : public Layer<Real> {
 public:
  explicit Elementwise(std::unique_ptr<Activation<Real>> activation) : activation_(std::move(activation)) {}
  Matrix<Real> forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const override;
  Cotangent<Real> pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const override;

 private:
  std::unique_ptr<Activation<Real>> activation_;
};

template <class Real>
class Sequence final : public Layer<Real> {
 public:
  void append(std::unique_ptr<Layer<Real>> layer) { layers_.push_back(std::move(layer)); }
  Matrix<Real> forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const override;
  Cotangent<Real> pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const override;

 private:
  std::vector<std::unique_ptr<Layer<Real>>> layers_;
};

/// x + scale · body(x).
template <class Real>
class Residual final : public Layer<Real> {
 public:
  Residual(double scale, std::unique_ptr<Layer<Real>> body)
      : scale_(static_cast<Real>(scale)), body_(std::move(body)) {}
  Matrix<Real> forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const override;
  Cotangent<Real> pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const override;

 private:
  Real scale_;
  std::unique_ptr<Layer<Real>> body_;
};

/// The layers of a description, their parameters from `offset` on; leaves offset behind the last of them.
template <class Real>
std::unique_ptr<Layer<Real>> make_layers(std::span<const tool::LayerDescription> descriptions,
                                         std::size_t& offset);

}  // namespace nntk::dynamic
