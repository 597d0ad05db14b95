// SPDX-License-Identifier: BSD-3-Clause
//
// The descent of the linear program f(x) = W x/√d. Its squared loss is quadratic, so its nonlocal gradient is
// in the mean the gradient itself, which stands here for it:  ∂L/∂W = (1/N) Σ ∂ℓ_i/∂f x_iᵀ/√d.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "nntk/tool/program.hpp"
#include "nntk/tool/sample_loss.hpp"

namespace nntk::tool::test {

class LinearDescent final : public Descent {
 public:
  LinearDescent(const Program& program, const DescentRequest& request)
      : program_(program), request_(request), slopes_(request.y.size()) {}

  [[nodiscard]] double loss(std::span<const double> theta) override {
    program_.evaluate(theta, {}, request_.x, slopes_);
    return with_loss(request_.loss, [&](auto law) {
      double sum = 0;
      for (std::size_t i = 0; i < request_.x.count; ++i) sum += law.measure(slope(i), target(i));
      return sum / static_cast<double>(request_.x.count);
    });
  }

  void nonlocal_gradient(std::span<const double> theta, SampleIndices batch, std::uint64_t /*step*/,
                         std::span<double> gradient) override {
    local_gradient(theta, batch, gradient);
  }

  void local_gradient(std::span<const double> theta, SampleIndices batch,
                      std::span<double> gradient) override {
    find_slopes(theta);
    const std::size_t inputs = gradient.size() / outputs();
    const std::size_t count = batch.empty() ? request_.x.count : batch.size();
    const double scale = 1 / (static_cast<double>(count) * std::sqrt(static_cast<double>(inputs)));
    std::ranges::fill(gradient, 0.0);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t i = batch.empty() ? k : batch[k];
      for (std::size_t entry = 0; entry < gradient.size(); ++entry)
        gradient[entry] += scale * slope(i)[entry / inputs] * request_.x.values[i * inputs + entry % inputs];
    }
  }

 private:
  [[nodiscard]] std::size_t outputs() const { return slopes_.size() / request_.x.count; }
  [[nodiscard]] std::span<double> slope(std::size_t i) {
    return std::span(slopes_).subspan(i * outputs(), outputs());
  }
  [[nodiscard]] std::span<const double> target(std::size_t i) const {
    return request_.y.subspan(i * outputs(), outputs());
  }
  void find_slopes(std::span<const double> theta) {
    program_.evaluate(theta, {}, request_.x, slopes_);
    with_loss(request_.loss, [&](auto law) {
      for (std::size_t i = 0; i < request_.x.count; ++i) law.put_slope(slope(i), target(i));
    });
  }

  const Program& program_;
  DescentRequest request_;
  std::vector<double> slopes_;  ///< ∂ℓ/∂f, or f
};

}  // namespace nntk::tool::test
