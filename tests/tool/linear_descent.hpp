// SPDX-License-Identifier: BSD-3-Clause
//
// The descent of the linear program f(x) = W x/√d. Its loss is quadratic, so its nonlocal gradient is in the
// mean the gradient itself, which stands here for it:  ∂L/∂W = (1/N) Σ (f(x_i) − y_i) x_iᵀ/√d.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "nntk/tool/program.hpp"

namespace nntk::tool::test {

class LinearDescent final : public Descent {
 public:
  LinearDescent(const Program& program, const DescentRequest& request)
      : program_(program), request_(request), residual_(request.y.size()) {}

  [[nodiscard]] double loss(std::span<const double> theta) override {
    find_residual(theta);
    double sum = 0;
    for (const double entry : residual_) sum += entry * entry;
    return sum / (2 * count());
  }

  void nonlocal_gradient(std::span<const double> theta, std::uint64_t /*step*/,
                         std::span<double> gradient) override {
    local_gradient(theta, gradient);
  }

  void local_gradient(std::span<const double> theta, std::span<double> gradient) override {
    find_residual(theta);
    const std::size_t outputs = residual_.size() / request_.x.count, inputs = gradient.size() / outputs;
    const double scale = 1 / (count() * std::sqrt(static_cast<double>(inputs)));
    std::ranges::fill(gradient, 0.0);
    for (std::size_t i = 0; i < request_.x.count; ++i)
      for (std::size_t entry = 0; entry < gradient.size(); ++entry)
        gradient[entry] +=
            scale * residual_[i * outputs + entry / inputs] * request_.x.values[i * inputs + entry % inputs];
  }

 private:
  [[nodiscard]] double count() const { return static_cast<double>(request_.x.count); }
  void find_residual(std::span<const double> theta) {
    program_.evaluate(theta, {}, request_.x, residual_);
    for (std::size_t i = 0; i < residual_.size(); ++i) residual_[i] -= request_.y[i];
  }

  const Program& program_;
  DescentRequest request_;
  std::vector<double> residual_;
};

}  // namespace nntk::tool::test
