// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dynamic/blas.hpp"

namespace nntk::dynamic {

namespace {

template <class Real>
Matrix<Real> take_last(Tape<Real>& tape) {
  Matrix<Real> last = std::move(tape.back());
  tape.pop_back();
  return last;
}

template <class Real>
Real weight_scale(const tool::LayerDescription& dense) {
  if (dense.standard_parameterisation) return 1;
  return static_cast<Real>(dense.weight_scale / std::sqrt(static_cast<double>(dense.in)));
}

template <class Real>
Real bias_scale(const tool::LayerDescription& dense) {
  if (dense.standard_parameterisation && dense.bias_scale != 0) return 1;
  return static_cast<Real>(dense.bias_scale);
}

}  // namespace

template <class Real>
Dense<Real>::Dense(const tool::LayerDescription& dense, std::size_t offset)
    : in_(dense.in),
      out_(dense.out),
      offset_(offset),
      weight_scale_(weight_scale<Real>(dense)),
      bias_scale_(bias_scale<Real>(dense)) {}

template <class Real>
std::size_t Dense<Real>::parameter_count() const {
  return out_ * in_ + (bias_scale_ != 0 ? out_ : 0);
}

template <class Real>
View<const Real> Dense<Real>::weight(std::span<const Real> theta) const {
  return {&theta[offset_], out_, in_, in_};
}

template <class Real>
Matrix<Real> Dense<Real>::spread_bias(std::span<const Real> theta, std::size_t samples) const {
  Matrix<Real> result(out_, samples);
  const std::size_t bias = offset_ + out_ * in_;
  for (std::size_t j = 0; bias_scale_ != 0 && j < out_; ++j)
    std::fill_n(result.row(j), samples, bias_scale_ * theta[bias + j]);
  return result;
}

template <class Real>
Matrix<Real> Dense<Real>::forward(Matrix<Real> input, std::span<const Real> theta, Tape<Real>* tape) const {
  Matrix<Real> output = spread_bias(theta, input.columns());
  multiply(weight_scale_, weight(theta), input.view(), Real(1), output.view());
  if (tape) tape->push_back(std::move(input));
  return output;
}

template <class Real>
Cotangent<Real> Dense<Real>::pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const {
  Cotangent<Real> pulled;
  if (offset_ != 0) pulled = cotangent.pull_through(weight(sweep.theta), weight_scale_);
  sweep.tangent.emplace_back(sweep.mode, take_last(sweep.tape), std::move(cotangent),
                             weight_scale_ * weight_scale_, bias_scale_ * bias_scale_);
  return pulled;
}

template <class Real>
Matrix<Real> Elementwise<Real>::forward(Matrix<Real> input, std::span<const Real> /*theta*/,
                                        Tape<Real>* tape) const {
  if (!tape) {
    activation_->apply(input.values());
    return input;
  }
  Matrix<Real>& slopes = tape->emplace_back(input.rows(), input.columns());
  activation_->apply(input.values(), slopes.values());
  return input;
}

template <class Real>
Cotangent<Real> Elementwise<Real>::pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const {
  cotangent.gate(take_last(sweep.tape));
  return cotangent;
}

template <class Real>
Matrix<Real> Sequence<Real>::forward(Matrix<Real> input, std::span<const Real> theta,
                                     Tape<Real>* tape) const {
  for (const auto& layer : layers_) input = layer->forward(std::move(input), theta, tape);
  return input;
}

template <class Real>
Cotangent<Real> Sequence<Real>::pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
    cotangent = (*layer)->pull(std::move(cotangent), sweep);
  return cotangent;
}

template <class Real>
Matrix<Real> Residual<Real>::forward(Matrix<Real> input, std::span<const Real> theta,
                                     Tape<Real>* tape) const {
  const Matrix<Real> branch = body_->forward(input, theta, tape);
  const std::span<Real> sum = input.values();
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += scale_ * branch.values()[i];
  return input;
}

template <class Real>
Cotangent<Real> Residual<Real>::pull(Cotangent<Real> cotangent, Sweep<Real>& sweep) const {
  Cotangent<Real> scaled = cotangent;
  scaled.scale(scale_);
  const Cotangent<Real> branch = body_->pull(std::move(scaled), sweep);
  if (branch.empty()) return {};
  cotangent.add(branch);
  return cotangent;
}

namespace {

template <class Real>
std::unique_ptr<Layer<Real>> make_layer(const tool::LayerDescription& description, std::size_t& offset) {
  if (description.name == "Dense") {
    auto dense = std::make_unique<Dense<Real>>(description, offset);
    offset += dense->parameter_count();
    return dense;
  }
  if (description.name == "Residual")
    return std::make_unique<Residual<Real>>(description.branch_scale,
                                            make_layers<Real>(description.children, offset));
  if (!description.children.empty()) return make_layers<Real>(description.children, offset);
  return std::make_unique<Elementwise<Real>>(make_activation<Real>(description));
}

}  // namespace

template <class Real>
std::unique_ptr<Layer<Real>> make_layers(std::span<const tool::LayerDescription> descriptions,
                                         std::size_t& offset) {
  auto sequence = std::make_unique<Sequence<Real>>();
  for (const tool::LayerDescription& description : descriptions)
    if (description.name != "Input") sequence->append(make_layer<Real>(description, offset));
  return sequence;
}

template std::unique_ptr<Layer<float>> make_layers(std::span<const tool::LayerDescription>, std::size_t&);
template std::unique_ptr<Layer<double>> make_layers(std::span<const tool::LayerDescription>, std::size_t&);

}  // namespace nntk::dynamic
