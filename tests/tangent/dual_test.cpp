// SPDX-License-Identifier: BSD-3-Clause
//
// Dual numbers against derivatives written down by hand.
#include "nntk/tangent/dual.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "support/tolerance.hpp"

namespace {

using namespace nntk;

using Number = Dual<double, Directions<double, 1>>;
using Batch = simd::Batch<double>;
using BatchNumber = Dual<Batch, Directions<Batch, 1>>;

Number moving(double x) { return {x, Directions<double, 1>::unit(0)}; }
double slope(const Number& x) { return x.tangent.along[0]; }

constexpr std::array points{-3.7, -1.0, -0.3, -1e-9, 0.2, 0.9, 1.0, 4.5};

bool is_close(double found, double expected) {
  return std::abs(found - expected) <= test::function_f64 * (1 + std::abs(expected));
}

/// f of a dual number, its value and its derivative at points where both exist.
template <class Function, class Value, class Derivative>
void check(const Function& f, const Value& value, const Derivative& derivative,
           bool is_positive_only = false) {
  for (const double point : points) {
    const double x = is_positive_only ? std::abs(point) : point;
    const Number moved = f(moving(x));
    CAPTURE(x, moved.value, slope(moved));
    CHECK(is_close(moved.value, value(x)));
    CHECK(is_close(slope(moved), derivative(x)));
  }
}

/// Every lane of f(batch) is f(number).
template <class Function>
void check_lanes(const Function& f) {
  alignas(simd::alignment) double x[Batch::size], value[Batch::size], slopes[Batch::size];
  for (std::size_t first = 0; first < points.size(); ++first) {
    for (std::size_t lane = 0; lane < Batch::size; ++lane)
      x[lane] = std::abs(points[(first + lane) % points.size()]);
    const BatchNumber moved = f(BatchNumber(Batch::load_aligned(x), Directions<Batch, 1>::unit(0)));
    moved.value.store_aligned(value);
    moved.tangent.along[0].store_aligned(slopes);
    for (std::size_t lane = 0; lane < Batch::size; ++lane) {
      const Number scalar = f(moving(x[lane]));
      CHECK(is_close(value[lane], scalar.value));
      CHECK(is_close(slopes[lane], slope(scalar)));
    }
  }
}

}  // namespace

TEST_CASE("Every function of a dual number has its derivative") {
  check([](auto x) { return exp(x); }, [](double x) { return std::exp(x); },
        [](double x) { return std::exp(x); });
  check([](auto x) { return log(x); }, [](double x) { return std::log(x); }, [](double x) { return 1 / x; },
        true);
  check([](auto x) { return log1p(x); }, [](double x) { return std::log1p(x); },
        [](double x) { return 1 / (1 + x); }, true);
  check([](auto x) { return sqrt(x); }, [](double x) { return std::sqrt(x); },
        [](double x) { return 0.5 / std::sqrt(x); }, true);
  check([](auto x) { return sin(x); }, [](double x) { return std::sin(x); },
        [](double x) { return std::cos(x); });
  check([](auto x) { return cos(x); }, [](double x) { return std::cos(x); },
        [](double x) { return -std::sin(x); });
  check([](auto x) { return tanh(x); }, [](double x) { return std::tanh(x); },
        [](double x) { return std::pow(std::cosh(x), -2); });
  check([](auto x) { return atan(x); }, [](double x) { return std::atan(x); },
        [](double x) { return 1 / (1 + x * x); });
  check([](auto x) { return erf(x); }, [](double x) { return std::erf(x); },
        [](double x) { return 2 / std::sqrt(std::numbers::pi) * std::exp(-x * x); });
  check([](auto x) { return pow(x, 2.5); }, [](double x) { return std::pow(x, 2.5); },
        [](double x) { return 2.5 * std::pow(x, 1.5); }, true);
  check([](auto x) { return pow(x, 3); }, [](double x) { return x * x * x; },
        [](double x) { return 3 * x * x; });
  check([](auto x) { return floor(x); }, [](double x) { return std::floor(x); }, [](double) { return 0.0; });
  check([](auto x) { return abs(x); }, [](double x) { return std::abs(x); },
        [](double x) { return x < 0 ? -1.0 : 1.0; });
}

TEST_CASE("Sums, products, quotients and compositions follow the rules of calculus") {
  check([](auto x) { return x * x - 3 * x + 2; }, [](double x) { return x * x - 3 * x + 2; },
        [](double x) { return 2 * x - 3; });
  check([](auto x) { return x / (1 + x * x); }, [](double x) { return x / (1 + x * x); },
        [](double x) { return (1 - x * x) / ((1 + x * x) * (1 + x * x)); });
  check([](auto x) { return -exp(sin(x) * 2) / 2; }, [](double x) { return -std::exp(2 * std::sin(x)) / 2; },
        [](double x) { return -std::cos(x) * std::exp(2 * std::sin(x)); });
  check(
      [](auto x) {
        auto y = x;
        y += 1, y *= x, y -= 2 * x, y /= 4;
        return y;
      },
      [](double x) { return (x * x - x) / 4; }, [](double x) { return (2 * x - 1) / 4; });
}

TEST_CASE("Two directions move independently") {
  using Two = Dual<double, Directions<double, 2>>;
  const Two a(3.0, Directions<double, 2>::unit(0)), b(5.0, Directions<double, 2>::unit(1));
  const Two product = a * b, quotient = a / b;
  CHECK(product.tangent.along == std::array{5.0, 3.0});
  CHECK(quotient.tangent.along[0] == Approx(0.2).epsilon(1e-15));
  CHECK(quotient.tangent.along[1] == Approx(-0.12).epsilon(1e-15));
}

TEST_CASE("At a kink the derivative is that of the branch that the value takes") {
  CHECK(slope(abs(moving(0.0))) == 1);
  CHECK(slope(max(moving(2.0), Number(2.0))) == 1);
  CHECK(slope(max(moving(2.0), Number(3.0))) == 0);
  CHECK(slope(min(moving(2.0), Number(2.0))) == 1);
  CHECK(slope(min(moving(2.0), Number(1.0))) == 0);
  CHECK(slope(select(true, moving(1.0), Number(7.0))) == 1);
  CHECK(slope(select(false, moving(1.0), Number(7.0))) == 0);
}

TEST_CASE("A user's function with int constants and branches is differentiated along the branch taken") {
  const auto f = [](auto x) { return x > 1 ? 2 * x - 1 : (x < 0 ? 0 * x : x * x); };
  CHECK(slope(f(moving(3))) == 2);
  CHECK(slope(f(moving(0.5))) == 1);
  CHECK(slope(f(moving(-2))) == 0);
  CHECK(f(moving(3)).value == 5);
}

TEST_CASE("Comparisons look at values alone") {
  const Number a = moving(1.0), b(2.0), c(1.0);
  CHECK(a < b);
  CHECK(b > a);
  CHECK(a <= c);
  CHECK(a >= c);
  CHECK(a == c);
  CHECK_FALSE(a == b);
}

TEST_CASE("A constant does not move, nor do integers and floats") {
  CHECK(slope(Number(3)) == 0);
  CHECK(slope(Number(2.5F)) == 0);
  CHECK(Number(3).value == 3);
}

TEST_CASE("A batch of dual numbers is a dual number in each lane") {
  check_lanes([](auto x) { return exp(x) + log(x) * log1p(x); });
  check_lanes([](auto x) { return sin(x) * cos(x) - sqrt(x); });
  check_lanes([](auto x) { return tanh(x) + atan(x) / erf(x); });
  check_lanes([](auto x) { return max(x, 1.0 / x) - min(x, abs(x - 1)) + floor(x) * x; });
  check_lanes([](auto x) { return pow(x, 1.5); });
}
