// SPDX-License-Identifier: BSD-3-Clause
//
// The vector functions that activations use: as accurate as promised, and in each lane whatever is in the
// others.
#include "nntk/math.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "support/data.hpp"

namespace {

using namespace nntk;

/// The largest error of f(batch) against g in long double, in units of the last place of the result.
template <class T, class Function, class Exact>
double worst_ulp(const Function& f, const Exact& g, double spread) {
  using Batch = simd::Batch<T>;
  alignas(simd::alignment) T x[Batch::size], y[Batch::size];
  double worst = 0;
  const auto drawn = test::normal_numbers(20000 * Batch::size, 1);
  for (std::size_t first = 0; first < drawn.size(); first += Batch::size) {
    for (std::size_t lane = 0; lane < Batch::size; ++lane)
      x[lane] = static_cast<T>(spread * drawn[first + lane]);
    f(Batch::load_aligned(x)).store_aligned(y);
    for (std::size_t lane = 0; lane < Batch::size; ++lane) {
      const long double exact = g(static_cast<long double>(x[lane]));
      const long double unit = std::abs(exact) * static_cast<long double>(std::numeric_limits<T>::epsilon());
      const long double error = std::abs(static_cast<long double>(y[lane]) - exact);
      if (error > 0) worst = std::max(worst, static_cast<double>(error / unit));
    }
  }
  return worst;
}

/// How often a lane's bits depend on what is in the other lanes.
template <class Function>
std::size_t count_lane_dependence(const Function& f, double spread) {
  using Batch = simd::Batch<double>;
  alignas(simd::alignment) double y[Batch::size], alone[Batch::size];
  std::size_t differing = 0;
  const auto x = test::normal_numbers(20000 * Batch::size, 2);
  for (std::size_t first = 0; first < x.size(); first += Batch::size) {
    const Batch together = Batch::load_unaligned(x.data() + first) * Batch(spread);
    together.store_aligned(y);
    const double number = y[0];
    f(together).store_aligned(y);
    f(Batch(number)).store_aligned(alone);
    differing += y[0] != alone[0];
  }
  return differing;
}

}  // namespace

TEST_CASE("Vector functions err by no more than two units of the last place") {
  CHECK(worst_ulp<double>([](auto x) { return tanh(x); }, [](auto x) { return std::tanh(x); }, 2.0) <= 2);
  CHECK(worst_ulp<double>([](auto x) { return exp(x); }, [](auto x) { return std::exp(x); }, 10.0) <= 2);
  CHECK(worst_ulp<double>([](auto x) { return math::erf(x); }, [](auto x) { return std::erf(x); }, 1.0) <= 2);
  CHECK(worst_ulp<double>([](auto x) { return log1p(abs(x)); },
                          [](auto x) { return std::log1p(std::abs(x)); }, 1.0) <= 2);
  CHECK(worst_ulp<double>([](auto x) { return math::sin(x); }, [](auto x) { return std::sin(x); }, 3.0) <= 2);
  CHECK(worst_ulp<double>([](auto x) { return math::cos(x); }, [](auto x) { return std::cos(x); }, 3.0) <= 2);
  CHECK(worst_ulp<float>([](auto x) { return tanh(x); }, [](auto x) { return std::tanh(x); }, 2.0) <= 2);
  CHECK(worst_ulp<float>([](auto x) { return math::erf(x); }, [](auto x) { return std::erf(x); }, 1.0) <= 2);
}

TEST_CASE("A lane of a vector function does not look at its neighbours") {
  for (const double spread : {0.5, 1.0, 3.0, 50.0}) {
    CAPTURE(spread);
    CHECK(count_lane_dependence([](auto x) { return math::sin(x); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return math::cos(x); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return tanh(x); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return exp(x); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return log1p(abs(x)); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return atan(x); }, spread) == 0);
    CHECK(count_lane_dependence([](auto x) { return math::erf(x); }, spread) == 0);
  }
}

TEST_CASE("Select of numbers is the conditional") {
  CHECK(select(true, 1.0, 2.0) == 1.0);
  CHECK(select(false, 1.0F, 2.0F) == 2.0F);
}

TEST_CASE("Constants are broadcast as the number type of a value") {
  CHECK(simd::broadcast<float>(0.1) == 0.1F);
  CHECK(xsimd::all(simd::broadcast<simd::Batch<float>>(0.1) == simd::Batch<float>(0.1F)));
  CHECK_FALSE(simd::instruction_set().empty());
}
