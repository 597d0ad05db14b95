// SPDX-License-Identifier: BSD-3-Clause
//
// The Jacobian of a network on a data set, J = ∂f(X; θ)/∂θ, as a matrix that is multiplied with and never
// formed. J Jᵀ is the full NTK.
//
//           P parameters                     J v     one push a sample (pushforward.hpp)
//   n·O   ┌───────────────┐                  Jᵀ w    one pull a sample (pullback.hpp)
//   rows  │ ∂f_o(x_i)/∂θ  │ row i·O + o
//         └───────────────┘
//
// Of a stochastic network, the Jacobian of the mean over its realisations.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "nntk/kernel/operator_norm.hpp"
#include "nntk/kernel/pullback.hpp"
#include "nntk/kernel/pushforward.hpp"

namespace nntk {

template <class Network, class T = double>
class JacobianOperator {
  static constexpr std::size_t tiles_per_group = Pullback<Network, T>::tiles_per_group;
  static_assert(tiles_per_group == Pushforward<Network, T>::tiles_per_group);

 public:
  /// At θ of parameter_count numbers, on inputs (n, d) of at least one sample; both are copied. Allocates
  /// those copies and what Pullback and Pushforward do.
  JacobianOperator(std::span<const T> theta, const Inputs& inputs, const Realisations& realisations = {},
                   int threads = 1)
      : theta_(theta.begin(), theta.end()),
        count_(inputs.count),
        inputs_(inputs.count, Network::inputs, tiles_per_group),
        push_(realisations, threads),
        pull_(realisations, threads) {
    for (std::size_t g = 0; g < inputs_.groups(); ++g)
      load_inputs(inputs, inputs_.first_tile(g), inputs_.group(g));
  }

  [[nodiscard]] std::size_t rows() const { return count_ * Network::outputs; }
  [[nodiscard]] std::size_t columns() const { return Network::parameter_count; }

  /// out (n·O) ← J v, v (P). Cost: 3 P multiply-adds a sample. Allocates nothing.
  void multiply(std::span<const T> v, std::span<T> out) { push_.run(theta_.data(), v.data(), inputs_, out); }

  /// out (P) ← Jᵀ w, w (n·O): the gradient of a loss whose derivative by the outputs is w. Cost: 3 P
  /// multiply-adds a sample. Allocates nothing.
  void multiply_transposed(std::span<const T> w, std::span<T> out) {
    const auto fill = [w](TileGroup<T> /*outputs*/, std::size_t first_tile, TileGroup<T> to) {
      load_outputs<T>(w, Network::outputs, first_tile, to);
    };
    pull_.run(theta_.data(), inputs_, fill, out.data());
  }

 private:
  std::vector<T> theta_;
  std::size_t count_;
  Features<T> inputs_;
  Pushforward<Network, T> push_;
  Pullback<Network, T> pull_;
};

/// A − B of two operators of one shape. Allocates a vector of each side.
template <class T, LinearOperator<T> A>
class DifferenceOperator {
 public:
  DifferenceOperator(A& a, A& b) : a_(a), b_(b), left_(a.rows()), right_(a.columns()) {}
  [[nodiscard]] std::size_t rows() const { return left_.size(); }
  [[nodiscard]] std::size_t columns() const { return right_.size(); }
  void multiply(std::span<const T> v, std::span<T> out) {
    a_.multiply(v, out);
    b_.multiply(v, left_);
    std::ranges::transform(out, left_, out.begin(), std::minus<>{});
  }
  void multiply_transposed(std::span<const T> w, std::span<T> out) {
    a_.multiply_transposed(w, out);
    b_.multiply_transposed(w, right_);
    std::ranges::transform(out, right_, out.begin(), std::minus<>{});
  }

 private:
  A &a_, &b_;
  std::vector<T> left_, right_;
};

/// ‖J(θ') − J(θ)‖_op / ‖θ' − θ‖, J on inputs (n, d): how fast the Jacobian turns from θ to θ' ≠ θ. It is a
/// lower bound of the Lipschitz constant L of J in any ball that holds both. Training is lazy where
/// L ‖f(X; θ) − y‖ ≪ ‖J(θ)‖_op² (Chizat et al. 2019). Cost: 12 P multiply-adds a sample and step. Allocates
/// two operators. Errors of operator_norm.
template <class Network, class T>
double lipschitz_estimate(std::span<const T> theta, std::span<const T> other, const Inputs& inputs,
                          const PowerIteration& iteration = {}) {
  JacobianOperator<Network, T> at_theta(theta, inputs), at_other(other, inputs);
  DifferenceOperator<T, JacobianOperator<Network, T>> change(at_other, at_theta);
  std::vector<T> path(theta.size());
  std::ranges::transform(other, theta, path.begin(), std::minus<>{});
  return operator_norm<T>(change, iteration).value / std::sqrt(squared_norm<T>(path));
}

}  // namespace nntk
