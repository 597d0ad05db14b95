// SPDX-License-Identifier: BSD-3-Clause
//
// The descent of a program: its loss, the nonlocal gradient of the library, and a way down for networks of
// signs, whose own gradient is 0.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "nntk/expr/initialise.hpp"
#include "nntk/tangent/jacobian.hpp"
#include "nntk/tool/specialised_program.hpp"
#include "support/data.hpp"
#include "support/jacobians.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tool;

using Smooth = Network<Input<3>, Dense<7>, Tanh, Residual<0.5, Dense<7>>, Dense<2>>;
using Down = SpecialisedDescent<Smooth, double>;
using Signs = Network<Input<2>, Dense<16, Scale{1.0, 1.0}>, Sign, Dense<1>, Sign>;
using HiddenSigns = Network<Input<2>, Dense<32, Scale{1.0, 1.0}>, Sign, Dense<1>>;

/// Four corners of a square, opposite ones alike: no affine function tells them apart.
const std::vector<double> corners{1, 1, -1, -1, 1, -1, -1, 1}, labels{1, 1, -1, -1};

NonlocalOptions wide(std::uint64_t seed) {
  NonlocalOptions options;
  options.samples = 64, options.radius = 5, options.radius_law = RadiusLaw::gaussian;
  options.antithetic = true, options.seed = seed;
  return options;
}

DescentRequest corner_request(const NonlocalOptions& options) {
  return {.x = {corners, 4}, .y = labels, .nonlocal = options, .is_stopped = {}};
}

/// Takes the steps from θ and returns the loss there.
double descend(Descent& descent, std::vector<double>& theta, std::size_t steps, double learning_rate) {
  std::vector<double> gradient(theta.size());
  for (std::uint64_t step = 0; step < steps; ++step) {
    descent.nonlocal_gradient(theta, {}, step, gradient);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= learning_rate * gradient[i];
  }
  return descent.loss(theta);
}

double largest(const std::vector<double>& numbers) {
  double most = 0;
  for (const double number : numbers) most = std::max(most, std::abs(number));
  return most;
}

template <class T>
double largest_ntk(const std::vector<double>& theta) {
  const std::vector<T> own(theta.begin(), theta.end());
  return largest(gram(Ntk<Signs, T>(own.data(), OutputMode::sum), {corners.data(), 4, 2}));
}

/// Samples that fill some groups of tiles, one tile and a part of another.
struct Examples {
  Data x = normal_data(5 * simd::lanes<float> + 3, 3), y = normal_data(x.count(), 2, 4);
  std::vector<double> theta = normal_theta<Smooth>();

  [[nodiscard]] DescentRequest request(int threads = 1) const {
    NonlocalOptions options;
    options.samples = 10, options.seed = 6;
    return {
        .x = {x.values, x.count()}, .y = y.values, .nonlocal = options, .threads = threads, .is_stopped = {}};
  }
  [[nodiscard]] double loss(std::span<const double> at) const {
    const std::vector<double> outputs = forward<Smooth>(at, x.inputs());
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) sum += std::pow(outputs[i] - y.values[i], 2);
    return sum / (2 * static_cast<double>(x.count()));
  }
};

/// Draws; one output.
using Drawing = Network<Input<2>, Dense<16>, Dropout<0.5>, Tanh, Dense<1>>;

}  // namespace

TEST_CASE("The loss of a network that draws is that of the mean of its realisations") {
  const auto theta = normal_theta<Drawing>();
  std::vector<double> mean(4);
  for (std::uint64_t r = 0; r < 3; ++r) {
    const auto noise = expr::realisation<Drawing, double>(7, r);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::vector<double> x{corners[2 * i], corners[2 * i + 1]};
      mean[i] += tangent::output<Drawing>(std::span<const double>(theta), x, noise)[0] / 3;
    }
  }
  double expected = 0;
  for (std::size_t i = 0; i < 4; ++i) expected += (mean[i] - labels[i]) * (mean[i] - labels[i]) / 8;
  DescentRequest request = corner_request(wide(3));
  request.realisations = {3, Average::network, 7};
  const SpecialisedProgram<Drawing, double> program;
  CHECK(program.prepare_descent(request)->loss(theta) == Approx(expected).epsilon(local_f64));
  std::vector<double> out(4);
  program.evaluate(theta, request.realisations, {corners, 4}, out);
  for (std::size_t i = 0; i < 4; ++i) CHECK(out[i] == Approx(mean[i]).epsilon(local_f64));
}

TEST_CASE("The loss of a descent is half the mean square of the residuals, in both scalars") {
  const Examples batch;
  const double expected = batch.loss(batch.theta);
  Down down(batch.request());
  SpecialisedDescent<Smooth, float> down_f32(batch.request());
  CHECK(down.loss(batch.theta) == Approx(expected).epsilon(local_f64));
  CHECK(down_f32.loss(batch.theta) == Approx(expected).epsilon(2 * local_f32));
}

TEST_CASE("The cross-entropy of a descent is that of its outputs, and its gradient the slope's product") {
  Examples batch;
  for (std::size_t i = 0; i < batch.x.count(); ++i) {
    batch.y.values[2 * i] = i % 3 == 0 ? 1 : 0.25;
    batch.y.values[2 * i + 1] = 1 - batch.y.values[2 * i];
  }
  const auto share = static_cast<double>(batch.x.count());
  const Jacobians jacobians = dual_jacobians<Smooth>(batch.theta, batch.x, 0);
  const std::vector<double> outputs = forward<Smooth>(std::span<const double>(batch.theta), batch.x.inputs());
  std::vector<double> gradient(batch.theta.size()), found(batch.theta.size());
  double loss = 0;
  for (std::size_t row = 0; row < outputs.size(); ++row) {
    const double total = std::exp(outputs[row]) + std::exp(outputs[row ^ 1U]);
    const double p = std::exp(outputs[row]) / total, y = batch.y.values[row];
    loss -= y * std::log(p) / share;
    for (std::size_t k = 0; k < gradient.size(); ++k)
      gradient[k] += (p - y) * jacobians.values[row * gradient.size() + k] / share;
  }
  DescentRequest request = batch.request(2);
  request.loss = Loss::cross_entropy;
  Down descent(request);
  CHECK(descent.loss(batch.theta) == Approx(loss).epsilon(local_f64));
  descent.local_gradient(batch.theta, {}, found);
  for (std::size_t k = 0; k < found.size(); ++k)
    CHECK(found[k] == Approx(gradient[k]).epsilon(0).margin(local_f64 * largest(gradient)));
}

TEST_CASE("The local gradient of a descent is the residuals' product with the Jacobians, in both scalars") {
  const Examples batch;
  const Jacobians jacobians = dual_jacobians<Smooth>(batch.theta, batch.x, 0);
  const std::vector<double> outputs = forward<Smooth>(std::span<const double>(batch.theta), batch.x.inputs());
  std::vector<double> expected(batch.theta.size()), found(batch.theta.size());
  for (std::size_t row = 0; row < outputs.size(); ++row)
    for (std::size_t k = 0; k < expected.size(); ++k)
      expected[k] += (outputs[row] - batch.y.values[row]) * jacobians.values[row * expected.size() + k] /
                     static_cast<double>(batch.x.count());
  const auto check = [&]<class T>(T /*scalar*/, double tolerance) {
    for (const int threads : {1, 2}) {
      SpecialisedDescent<Smooth, T>(batch.request(threads)).local_gradient(batch.theta, {}, found);
      for (std::size_t k = 0; k < found.size(); ++k)
        CHECK(found[k] == Approx(expected[k]).epsilon(0).margin(tolerance * largest(expected)));
    }
  };
  check(0.0, local_f64);
  check(0.0F, 10 * local_f32);  // sums of 125 samples: √125 times the error
}

TEST_CASE(
    "A step of a descent has the library's gradient with samples of its own, for any number of threads") {
  const Examples batch;
  const tangent::Law<double, tangent::FixedRadius, tangent::RademacherDirection> law({0.1}, {}, 6);
  std::vector<double> expected(batch.theta.size()), found(batch.theta.size()), again(batch.theta.size());
  tangent::nonlocal_gradient<double>(
      law, {30, 10}, batch.theta, [&](std::span<const double> at) { return batch.loss(at); }, 1, expected);
  Down(batch.request()).nonlocal_gradient(batch.theta, {}, 3, found);
  // A difference over a radius of 0.1 keeps one digit less than the loss.
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == Approx(expected[i]).epsilon(0).margin(10 * local_f64 * largest(expected)));
  for (const int threads : {2, 3}) {
    Down(batch.request(threads)).nonlocal_gradient(batch.theta, {}, 3, again);
    CHECK(again == found);
  }
  Down(batch.request()).nonlocal_gradient(batch.theta, {}, 4, again);
  CHECK(again != found);
}

TEST_CASE("The gradient of a batch is that of its samples alone, whatever batch came before") {
  const Examples batch;
  const std::vector<std::size_t> first(5 * simd::lanes<double>, 1);
  std::vector<std::size_t> samples(simd::lanes<double> + 2);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = (7 * i + 3) % batch.x.count();
  const Data x = permuted(batch.x, samples), y = permuted(batch.y, samples);
  DescentRequest alone = batch.request();
  alone.x = {x.values, x.count()}, alone.y = y.values;
  Down descent(batch.request()), expected(alone);
  std::vector<double> found(batch.theta.size()), wanted(batch.theta.size());
  descent.local_gradient(batch.theta, first, found);
  descent.local_gradient(batch.theta, samples, found);
  expected.local_gradient(batch.theta, {}, wanted);
  CHECK(found == wanted);
  descent.nonlocal_gradient(batch.theta, samples, 3, found);
  expected.nonlocal_gradient(batch.theta, {}, 3, wanted);
  CHECK(found == wanted);
  CHECK(descent.loss(batch.theta) == Approx(batch.loss(batch.theta)).epsilon(local_f64));
}

TEST_CASE("A network that ends in Sign is trained to the end where its tangent kernel is 0") {
  const auto check = []<class T>(T /*scalar*/) {
    SpecialisedDescent<Signs, T> descent(corner_request(wide(3)));
    auto theta = initial_parameters<Signs>(3);
    CHECK(descent.loss(theta) == 1.5);
    CHECK(largest_ntk<T>(theta) == 0);
    CHECK(descend(descent, theta, 200, 2) == 0);
    CHECK(largest_ntk<T>(theta) == 0);
  };
  check(0.0);
  check(0.0F);
}

TEST_CASE("A hidden layer of signs learns alone, though the tangent kernel sees nothing of it") {
  NonlocalOptions options = wide(1);
  options.only = {0, 3 * 32};
  auto theta = initial_parameters<HiddenSigns>(1);
  const auto before = theta;
  const auto slope = tangent::jacobian<HiddenSigns>(theta, std::vector{1.0, -1.0});
  CHECK(std::ranges::count(slope.begin(), slope.begin() + 96, 0.0) == 96);
  SpecialisedDescent<HiddenSigns, double> descent(corner_request(options));
  const double loss = descent.loss(theta);
  CHECK(descend(descent, theta, 200, 0.5) <= loss / 4);
  CHECK(std::equal(theta.begin() + 96, theta.end(), before.begin() + 96));
}

TEST_CASE("A descent that is stopped asks for no more losses") {
  const Examples batch;
  std::size_t asked = 0;
  DescentRequest request = batch.request();
  request.is_stopped = [&] { return ++asked > 0; };
  std::vector<double> gradient(batch.theta.size());
  Down(request).nonlocal_gradient(batch.theta, {}, 0, gradient);
  CHECK(asked == 11);
  CHECK(std::ranges::count(gradient, 0.0) == static_cast<std::ptrdiff_t>(gradient.size()));
}
