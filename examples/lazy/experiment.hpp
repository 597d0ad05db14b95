// SPDX-License-Identifier: BSD-3-Clause
//
// What is done with a network of each width, and what is measured: it is trained beside its linearisation g
// about θ_0, by the same gradient descent on the loss (1/2N) Σ (f(x) − y)².
//
//   θ_0 ──T steps for f──▶ θ_T          θ_0 ──T steps for g──▶ φ_T
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "nntk/expr/initialise.hpp"
#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/linearised.hpp"
#include "nntk/kernel/local.hpp"

namespace lazy {

using namespace nntk;
using Numbers = std::vector<double>;

/// Of a handwritten digit, 8 × 8.
inline constexpr std::size_t pixels = 64;

struct Task {
  Numbers x, y;    ///< (N, pixels) and (N,): the examples
  Numbers x_test;  ///< (m, pixels)
  Numbers limit;   ///< Θ_∞ of the examples (N, N)

  /// About a fifth of the critical rate 2N/‖∂f/∂θ‖_op².
  static constexpr double learning_rate = 1;
  static constexpr std::size_t steps = 200;

  [[nodiscard]] Inputs examples() const { return {x.data(), y.size(), pixels}; }
  [[nodiscard]] Inputs test() const { return {x_test.data(), x_test.size() / pixels, pixels}; }
};

enum Quantity : std::size_t {
  loss,               ///< of f at θ_T
  movement,           ///< ‖θ_T − θ_0‖
  relative_movement,  ///< the same over ‖θ_0‖
  drift,              ///< ‖Θ_T − Θ_0‖_F / ‖Θ_0‖_F on the examples
  gap,                ///< max |f(x; θ_T) − g(x; φ_T)| over the test inputs
  norm_before,        ///< ‖J(θ_0)‖_op of the Jacobian J = ∂f/∂θ on the examples
  norm_after,         ///< ‖J(θ_T)‖_op
  lipschitz,          ///< ‖J(θ_T) − J(θ_0)‖_op / ‖θ_T − θ_0‖
  limit_distance,     ///< ‖Θ_0 − Θ_∞‖_F / ‖Θ_∞‖_F on the examples
  criterion,          ///< ‖f(X; θ_0) − y‖ · lipschitz / norm_before², Chizat et al. 2019: lazy where ≪ 1
  quantities
};
using Measured = std::array<double, quantities>;

inline Numbers difference(const Numbers& a, const Numbers& b) {
  Numbers result(a.size());
  std::ranges::transform(a, b, result.begin(), std::minus<>{});
  return result;
}
inline double norm(const Numbers& numbers) { return std::sqrt(squared_norm<double>(numbers)); }

/// ∂L/∂f of the outputs f, (f − y)/N.
inline Numbers residual(const Task& task, const Numbers& f) {
  Numbers result = difference(f, task.y);
  for (double& number : result) number /= static_cast<double>(task.y.size());
  return result;
}

/// θ after the descent from `theta`; gradient_at(θ, gradient) writes the gradient there.
template <class GradientAt>
Numbers descend(Numbers theta, const GradientAt& gradient_at) {
  Numbers gradient(theta.size());
  for (std::size_t step = 0; step < Task::steps; ++step) {
    gradient_at(theta, gradient);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= Task::learning_rate * gradient[i];
  }
  return theta;
}

template <class Net>
Numbers train(const Task& task, const Numbers& origin) {
  Features<double> inputs(task.y.size(), pixels, Pullback<Net, double>::tiles_per_group);
  for (std::size_t g = 0; g < inputs.groups(); ++g)
    load_inputs(task.examples(), inputs.first_tile(g), inputs.group(g));
  const auto fill = [&](TileGroup<double> outputs, std::size_t first_tile, TileGroup<double> to) {
    Numbers f(task.y.size());
    store_outputs<double>(read_only(outputs), 1, first_tile, f);
    load_outputs<double>(residual(task, f), 1, first_tile, to);
  };
  Pullback<Net, double> pullback({}, 1);
  return descend(origin, [&](const Numbers& theta, Numbers& gradient) {
    pullback.run(theta.data(), inputs, fill, gradient.data());
  });
}

template <class Net>
Numbers train_linearised(const Task& task, const Numbers& origin) {
  Linearised<Net> model(origin, task.examples());
  Numbers g(task.y.size());
  return descend(origin, [&](const Numbers& phi, Numbers& gradient) {
    model.evaluate(phi, g);
    model.pull(residual(task, g), gradient);
  });
}

/// ‖a − b‖/‖b‖.
inline double distance(const Numbers& a, const Numbers& b) { return norm(difference(a, b)) / norm(b); }

template <class Net>
Numbers kernel_at(const Task& task, const Numbers& theta) {
  return gram(Ntk<Net>(theta.data(), OutputMode::sum), task.examples());
}

/// Θ_∞, the same for every width.
inline Numbers limit_kernel(const Task& task) {
  using Net = Network<Input<pixels>, Dense<1>, Tanh, Dense<1>>;
  return gram(InfiniteKernel<Net, double>(InfiniteKind::ntk, OutputMode::sum), task.examples());
}

/// max |f(x; θ) − g(x; φ)| over the test inputs.
template <class Net>
double largest_gap(const Task& task, const Numbers& origin, const Numbers& theta, const Numbers& phi) {
  const Numbers f = forward<Net, double>(theta, task.test());
  Numbers g(f.size());
  Linearised<Net>(origin, task.test()).evaluate(phi, g);
  double largest = 0;
  for (const double gap : difference(f, g)) largest = std::max(largest, std::abs(gap));
  return largest;
}

template <class Net>
double jacobian_norm(const Task& task, const Numbers& theta) {
  JacobianOperator<Net> jacobian(theta, task.examples());
  return operator_norm<double>(jacobian).value;
}

/// Of the network `width` units wide with the parameters of a seed. One thread.
template <std::size_t width>
Measured measure(const Task& task, std::uint64_t seed) {
  using Net = Network<Input<pixels>, Dense<width>, Tanh, Dense<1>>;
  const Numbers origin = initial_parameters<Net>(seed);
  const Numbers theta = train<Net>(task, origin), phi = train_linearised<Net>(task, origin);
  const auto error_at = [&](const Numbers& at) {
    return norm(difference(forward<Net, double>(at, task.examples()), task.y));
  };
  Measured found{};
  found[loss] = std::pow(error_at(theta), 2) / (2 * static_cast<double>(task.y.size()));
  found[movement] = norm(difference(theta, origin));
  found[relative_movement] = found[movement] / norm(origin);
  const Numbers start = kernel_at<Net>(task, origin);
  found[drift] = distance(kernel_at<Net>(task, theta), start);
  found[limit_distance] = distance(start, task.limit);
  found[gap] = largest_gap<Net>(task, origin, theta, phi);
  found[norm_before] = jacobian_norm<Net>(task, origin);
  found[norm_after] = jacobian_norm<Net>(task, theta);
  found[lipschitz] = lipschitz_estimate<Net, double>(origin, theta, task.examples());
  found[criterion] = error_at(origin) * found[lipschitz] / std::pow(found[norm_before], 2);
  return found;
}

}  // namespace lazy
