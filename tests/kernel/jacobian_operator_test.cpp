// SPDX-License-Identifier: BSD-3-Clause
//
// Products with a Jacobian that is never formed, against products with those of dual numbers, and its norm
// against eigenvalues.
#include "nntk/kernel/jacobian_operator.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nntk/linalg.hpp"
#include "support/gram.hpp"
#include "support/jacobians.hpp"
#include "support/tolerance.hpp"
#include "support/varied_networks.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

constexpr std::size_t lanes = simd::lanes<double>;

/// J of all samples by dual numbers, (n·O, P) row-major, in the mean over realisations.
template <class Net>
std::vector<double> expected_jacobian(const std::vector<double>& theta, const Data& x, std::size_t count) {
  std::vector<double> mean(x.count() * Net::outputs * Net::parameter_count);
  for (std::size_t r = 0; r < count; ++r) {
    const Jacobians one = dual_jacobians<Net>(theta, x, r);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += one.values[i] / static_cast<double>(count);
  }
  return mean;
}

template <class Net, class T = double>
std::vector<T> multiply(const std::vector<double>& numbers, const Data& x, const std::vector<double>& v,
                        const Realisations& realisations = {}, int threads = 1) {
  const std::vector<T> theta(numbers.begin(), numbers.end()), direction(v.begin(), v.end());
  JacobianOperator<Net, T> jacobian(theta, x.inputs(), realisations, threads);
  std::vector<T> out(jacobian.rows());
  jacobian.multiply(direction, out);
  return out;
}

/// Every (J v)_i within the tolerance of ‖J_i‖ ‖v‖: rows of Gated may be 0, whose products then are too.
template <class Net, class T = double>
void check_product(std::size_t count, const Realisations& realisations = {}) {
  const auto theta = rounded(normal_theta<Net>()), v = rounded(normal_theta<Net>(3));
  const Data x{3, rounded(normal_data(count, 3).values)};
  const auto jacobian = expected_jacobian<Net>(theta, x, realisations.count);
  const auto found = multiply<Net, T>(theta, x, v, realisations);
  CHECK(found.size() == count * Net::outputs);
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto row = std::span(jacobian).subspan(i * v.size(), v.size());
    largest = std::max(largest, std::abs(dot(row, v)));
    const double error = std::abs(static_cast<double>(found[i]) - dot(row, v));
    if (error > 0) worst = std::max(worst, error / std::sqrt(dot(row, row) * dot(v, v)));
  }
  CHECK(largest > 0);
  CHECK(worst <= local_tolerance<T>());
}

/// The eigenvalues of J Jᵀ of a Jacobian (rows, columns), descending.
std::vector<double> squared_singular_values(const std::vector<double>& jacobian, std::size_t columns) {
  const std::size_t rows = jacobian.size() / columns;
  Matrix j = xt::empty<double>({rows, columns});
  std::ranges::copy(jacobian, j.begin());
  const Vector values = eigenvalues(multiply_transposed(j, j));
  return {values.rbegin(), values.rend()};
}

}  // namespace

TEST_CASE("A pushed direction is the product of the Jacobians with it, for any number of samples") {
  for (const auto count : {std::size_t{1}, lanes, 9 * lanes + 5}) check_product<Deep>(count);
  check_product<Gated>(2 * lanes + 3);
  check_product<Deep, float>(2 * simd::lanes<float> + 3);
}

TEST_CASE("Of a network that draws the mean over its realisations is pushed") {
  check_product<Drawing>(5 * lanes + 1);
  check_product<Waving>(5 * lanes + 1, {.count = 3, .average = Average::network});
  check_product<Drawing>(5 * lanes + 1, {.count = 3, .average = Average::network});
}

TEST_CASE("What stands still before the first Dense stays still, whatever its slopes") {
  using Rooted = Network<Input<3>, Elementwise<[](auto x) {
                           using std::sqrt;
                           return sqrt(x);
                         }>,
                         Dense<2>>;
  const Data x{3, {0, 1, 4}};
  const auto found = multiply<Rooted>(std::vector<double>(8), x, {1, 1, 1, 0, 0, 0, 2, 0});
  CHECK(found[0] == Approx(3 / std::sqrt(3.0) + 0.2).epsilon(0).margin(function_f64));
  CHECK(found[1] == 0);
}

TEST_CASE("Push and pull are transposes: <w, J v> = <J' w, v>") {
  const auto theta = normal_theta<Deep>(), v = normal_theta<Deep>(3);
  const Data x = normal_data(4 * lanes + 1, 3);
  JacobianOperator<Deep> jacobian(theta, x.inputs());
  const auto w = normal_numbers(jacobian.rows(), 4);
  std::vector<double> pushed(jacobian.rows()), pulled(jacobian.columns());
  jacobian.multiply(v, pushed);
  jacobian.multiply_transposed(w, pulled);
  const double bound =
      local_f64 * std::sqrt(dot(w, w) * dot(pushed, pushed) + dot(pulled, pulled) * dot(v, v));
  CHECK(std::abs(dot(w, pushed)) > bound);
  CHECK(dot(w, pushed) == Approx(dot(pulled, v)).epsilon(0).margin(bound));
}

TEST_CASE("A pushed direction has the same bits for any number of threads") {
  const auto theta = normal_theta<Deep>(), v = normal_theta<Deep>(3);
  const Data x = normal_data(13 * lanes + 7, 3);
  for (const int threads : {2, 3})
    CHECK(multiply<Deep>(theta, x, v, {}, threads) == multiply<Deep>(theta, x, v));
}

TEST_CASE("The norm of a Jacobian is the root of the largest eigenvalue of the full NTK") {
  const double tolerance = 1e-10;
  const auto theta = normal_theta<Deep>();
  const Data x = normal_data(lanes + 2, 3);
  const std::size_t n = x.count(), o = Deep::outputs;
  const auto gram = local_gram<Deep, double>(theta, OutputMode::full, x);
  Matrix kernel = xt::empty<double>({n * o, n * o});
  for (std::size_t i = 0; i < n * n * o * o; ++i)
    kernel(i / (n * o * o) * o + i / o % o, i / (o * o) % n * o + i % o) = gram[i];
  const double largest = xt::amax(eigenvalues(kernel))();

  JacobianOperator<Deep> jacobian(theta, x.inputs());
  const OperatorNorm norm = operator_norm<double>(jacobian, {.tolerance = tolerance});
  CHECK(norm.residual <= tolerance);
  CHECK(norm.steps > 1);
  CHECK(std::abs(norm.value * norm.value - largest) <= (tolerance + local_f64) * largest);
}

TEST_CASE("The Lipschitz estimate is the norm of the change of the Jacobian over the path") {
  const double tolerance = 1e-9;
  const auto theta = normal_theta<Deep>();
  auto other = normal_theta<Deep>(3);
  for (std::size_t i = 0; i < theta.size(); ++i) other[i] = theta[i] + 0.1 * other[i];
  const Data x = normal_data(6, 3);
  auto change = expected_jacobian<Deep>(other, x, 1);
  const auto before = expected_jacobian<Deep>(theta, x, 1);
  double path = 0;
  for (std::size_t i = 0; i < change.size(); ++i) change[i] -= before[i];
  for (std::size_t i = 0; i < theta.size(); ++i) path += std::pow(other[i] - theta[i], 2);

  const double estimate = lipschitz_estimate<Deep, double>(theta, other, x.inputs(),
                                                           {.tolerance = tolerance, .most_steps = 2000});
  const double largest = squared_singular_values(change, theta.size()).front();
  CHECK(std::abs(estimate * estimate * path - largest) <= 2 * tolerance * largest);
}

TEST_CASE("The norm of a Jacobian that is 0 is 0, and one that overflows is refused") {
  using Flat = Network<Input<2>, Dense<2, Scale{1.0, 0.0}>, Sign, Dense<1, Scale{1.0, 0.0}>>;
  const Data zero{2, {0, 0}}, huge{2, {1e200, 1e200}};
  const std::vector<double> theta(Flat::parameter_count, 1.0);
  JacobianOperator<Flat> still(theta, zero.inputs());
  CHECK(operator_norm<double>(still).value == 0);
  using Line = Network<Input<2>, Dense<1>>;
  JacobianOperator<Line> steep(std::vector<double>(3, 1.0), huge.inputs());
  CHECK_THROWS_AS(operator_norm<double>(steep), DataError);
}
