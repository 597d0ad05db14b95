// SPDX-License-Identifier: BSD-3-Clause
//
// Linearised networks, against the networks themselves and the closed form of their training.
#include "nntk/kernel/linearised.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/linalg.hpp"
#include "support/gram.hpp"
#include "support/jacobians.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Net = Network<Input<3>, Dense<12>, Tanh, Dense<12, Scale{1.3, 0.2}>, Tanh, Dense<2>>;
/// Affine in θ: the one parametrised layer stands last.
using Affine = Network<Input<3>, Sin, Dense<2, Scale{1.2, 0.4}>>;

constexpr std::size_t outputs = Net::outputs;

template <class Network>
std::vector<double> linearised(const std::vector<double>& origin, const std::vector<double>& theta,
                               const Data& x) {
  std::vector<double> out(x.count() * Network::outputs);
  Linearised<Network>(origin, x.inputs()).evaluate(theta, out);
  return out;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

std::vector<double> moved(const std::vector<double>& theta, const std::vector<double>& v, double h) {
  std::vector<double> sum(theta);
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += h * v[i];
  return sum;
}

/// θ after `steps` steps of gradient descent of rate η on (1/2N) Σ ‖g − y‖².
std::vector<double> descend(const std::vector<double>& origin, const Data& x, const std::vector<double>& y,
                            double rate, std::size_t steps) {
  Linearised<Net> model(origin, x.inputs());
  std::vector<double> theta = origin, residual(y.size()), gradient(theta.size());
  for (std::size_t step = 0; step < steps; ++step) {
    model.evaluate(theta, residual);
    for (std::size_t i = 0; i < y.size(); ++i)
      residual[i] = (residual[i] - y[i]) / static_cast<double>(x.count());
    model.pull(residual, gradient);
    theta = moved(theta, gradient, -rate);
  }
  return theta;
}

/// Θ(x, X) of θ, (m·O, n·O), from Jacobians of dual numbers.
Matrix full_kernel(const std::vector<double>& theta, const Data& x, const Data& others) {
  const auto left = dual_jacobians<Net>(theta, x).values, right = dual_jacobians<Net>(theta, others).values;
  Matrix a = xt::empty<double>({x.count() * outputs, theta.size()});
  Matrix b = xt::empty<double>({others.count() * outputs, theta.size()});
  std::ranges::copy(left, a.begin());
  std::ranges::copy(right, b.begin());
  return multiply_transposed(a, b);
}

/// Σ_{s<t} (I − η Θ/N)^s (y − f_0): what the kernel turns, times η/N, into the change after t steps.
Matrix summed_residuals(const Matrix& kernel, const std::vector<double>& gap, double rate,
                        std::size_t steps) {
  const Eigensystem modes = eigensystem(kernel);
  Matrix residual = xt::empty<double>({gap.size(), std::size_t{1}});
  std::ranges::copy(gap, residual.begin());
  Matrix shares = multiply(Matrix(xt::transpose(modes.vectors)), residual);
  for (std::size_t i = 0; i < gap.size(); ++i) {
    const double keep = 1 - rate * modes.values(i);
    shares(i, 0) *= (1 - std::pow(keep, static_cast<double>(steps))) / (1 - keep);
  }
  return multiply(modes.vectors, shares);
}

}  // namespace

TEST_CASE("A network that is affine in its parameters is its own linearisation") {
  const auto origin = normal_theta<Affine>(), theta = normal_theta<Affine>(3);
  const Data x = normal_data(simd::lanes<double> + 3, 3);
  const auto f = forward<Affine, double>(theta, x.inputs());
  CHECK(largest_difference(linearised<Affine>(origin, theta, x), f) <= local_f64);
}

TEST_CASE("At its origin a linearisation is the network, and it parts from it with the square of the way") {
  const auto origin = normal_theta<Net>(), v = normal_theta<Net>(3);
  const Data x = normal_data(7, 3);
  CHECK(linearised<Net>(origin, origin, x) == forward<Net, double>(origin, x.inputs()));
  const auto gap = [&](double h) {
    const auto theta = moved(origin, v, h);
    return largest_difference(linearised<Net>(origin, theta, x), forward<Net, double>(theta, x.inputs()));
  };
  // Half the way, a quarter of the gap, up to the third order, which is to the second as h.
  const double h = 1e-3;
  CHECK(gap(h) > 0);
  CHECK(gap(h) / gap(h / 2) == Approx(4).epsilon(0).margin(100 * h));
}

TEST_CASE("Gradient descent of the linearisation is kernel gradient descent with the NTK at its origin") {
  const auto origin = normal_theta<Net>();
  const Data x = normal_data(9, 3), unseen = normal_data(5, 3, 8);
  const auto y = normal_numbers(x.count() * outputs, 5);
  const Matrix kernel = full_kernel(origin, x, x), cross = full_kernel(origin, unseen, x);
  const double n = static_cast<double>(x.count()), rate = n / xt::amax(eigenvalues(kernel))();
  const auto initial = forward<Net, double>(origin, x.inputs());
  for (const std::size_t steps : {std::size_t{1}, std::size_t{40}}) {
    const auto theta = descend(origin, x, y, rate, steps);
    const Matrix sum = summed_residuals(kernel, moved(y, initial, -1), rate / n, steps);
    const auto check = [&](const Data& points, const Matrix& from) {
      const Matrix change = multiply(from, sum);
      const auto start = forward<Net, double>(origin, points.inputs());
      const auto expected = moved(start, {change.begin(), change.end()}, rate / n);
      CHECK(largest_difference(expected, start) > 0.1);
      // A step errs by local_f64 of numbers below 10, and contracts what came before.
      CHECK(largest_difference(linearised<Net>(origin, theta, points), expected) <=
            10 * static_cast<double>(steps) * local_f64);
    };
    check(x, kernel);
    check(unseen, cross);
  }
}
