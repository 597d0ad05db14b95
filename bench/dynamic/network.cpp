// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/network.hpp"

#include <utility>

#include "dynamic/blas.hpp"
#include "dynamic/samples.hpp"

namespace nntk::dynamic {

template <class Real>
DynamicNetwork<Real>::DynamicNetwork(std::span<const tool::LayerDescription> layers, int threads,
                                     Products products)
    : inputs_(layers.front().out), outputs_(layers.back().out), threads_(threads), products_(products) {
  body_ = make_layers<Real>(layers, parameter_count_);
}

template <class Real>
Matrix<Real> DynamicNetwork<Real>::forward(std::span<const Real> theta, Matrix<Real> x) const {
  check_parameters(theta.size(), parameter_count_);
  const BlasThreads threads(threads_);
  return body_->forward(std::move(x), theta, nullptr);
}

template <class Real>
std::vector<Real> DynamicNetwork<Real>::forward(std::span<const Real> theta, std::span<const Real> x) const {
  const Matrix<Real> output = forward(theta, read_samples(x, inputs_));
  std::vector<Real> result(output.columns() * outputs_);
  transpose(output.view(), View<Real>{result.data(), output.columns(), outputs_, outputs_});
  return result;
}

template <class Real>
Tangent<Real> DynamicNetwork<Real>::tangent(std::span<const Real> theta, std::span<const Real> x,
                                            OutputMode mode) const {
  check_parameters(theta.size(), parameter_count_);
  const BlasThreads threads(threads_);
  Sweep<Real> sweep{theta, mode, {}, {}};
  body_->forward(read_samples(x, inputs_), theta, &sweep.tape);
  body_->pull(Cotangent<Real>::identity(outputs_), sweep);
  return std::move(sweep.tangent);
}

template <class Real>
GramShape DynamicNetwork<Real>::gram_shape(std::span<const Real> x, std::span<const Real> x2,
                                           OutputMode mode) const {
  return {mode, outputs_, x.size() / inputs_, x2.size() / inputs_};
}

template <class Real>
void DynamicNetwork<Real>::gram(std::span<const Real> theta, std::span<const Real> x,
                                std::span<const Real> x2, OutputMode mode, std::span<Real> out) const {
  const BlasThreads threads(threads_);
  const Tangent<Real> left = tangent(theta, x, mode);
  Gram<Real> gram(gram_shape(x, x2, mode), out, products_);
  if (x2.empty())
    gram.add(left, left);
  else
    gram.add(left, tangent(theta, x2, mode));
}

template <class Real>
std::vector<Real> DynamicNetwork<Real>::gram(std::span<const Real> theta, std::span<const Real> x,
                                             std::span<const Real> x2, OutputMode mode) const {
  std::vector<Real> result(gram_shape(x, x2, mode).size());
  gram(theta, x, x2, mode, result);
  return result;
}

template class DynamicNetwork<float>;
template class DynamicNetwork<double>;

}  // namespace nntk::dynamic
