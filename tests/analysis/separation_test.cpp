// SPDX-License-Identifier: BSD-3-Clause
//
// Distances by hand, exact in binary but for a mean or a scale: 1e-14 is some 50 ulps of 1.
#include <cmath>
#include <nntk/analysis/separation.hpp>
#include <nntk/error.hpp>
#include <nntk/linalg.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::Matrix;
using nntk::measure_separation;
using nntk::Vector;

auto close_to(double value) { return Catch::Matchers::WithinRel(value, 1e-14); }

// Points 0, 1, 4, 6 of the line, and the kernel of their products.
const Matrix points = {{0}, {1}, {4}, {6}};
const Matrix gram = nntk::multiply_transposed(points, points);

}  // namespace

TEST_CASE("Distances in feature space are those of the points, within classes and between") {
  const auto found = measure_separation(gram, {7, 7, -1, -1});
  CHECK_THAT(found.within, close_to((1. + 4) / 2));
  CHECK_THAT(found.between, close_to((16. + 36 + 9 + 25) / 4));
  CHECK_THAT(found.ratio(), close_to(21.5 / 2.5));
}

TEST_CASE("Pairs count alike, whatever the class they are in") {
  const auto found = measure_separation(gram, {0, 0, 0, 1});
  CHECK_THAT(found.within, close_to((1. + 16 + 9) / 3));
  CHECK_THAT(found.between, close_to((36. + 25 + 4) / 3));
}

TEST_CASE("An isotropic kernel separates no classes") {
  const auto found = measure_separation(3 * xt::eye<double>(5), {1, 1, 2, 2, 2});
  CHECK((found.within == 6 && found.between == 6 && found.ratio() == 1));
}

TEST_CASE("Scale, a constant, the order and the names of the classes change no ratio") {
  const double expected = measure_separation(gram, {0, 0, 1, 1}).ratio();
  CHECK_THAT(measure_separation(gram * 1e-30, {0, 0, 1, 1}).ratio(), close_to(expected));
  CHECK_THAT(measure_separation(gram + 8, {0, 0, 1, 1}).ratio(), close_to(expected));
  CHECK_THAT(measure_separation(gram, {3.5, 3.5, -2, -2}).ratio(), close_to(expected));
  const Matrix reversed =
      xt::view(gram, xt::range(3, xt::placeholders::_, -1), xt::range(3, xt::placeholders::_, -1));
  CHECK_THAT(measure_separation(reversed, {0, 0, 1, 1}).ratio(), close_to(expected));
}

TEST_CASE("Classes that are points are infinitely far apart, and one point for all is no distance") {
  const Matrix two = {{1, 1, 0}, {1, 1, 0}, {0, 0, 1}};
  CHECK(std::isinf(measure_separation(two, {0, 0, 1}).ratio()));
  CHECK(std::isnan(measure_separation(xt::ones<double>({3, 3}), {0, 0, 1}).ratio()));
}

TEST_CASE("Without two examples of any class there is nothing within") {
  const auto found = measure_separation(gram, {1, 2, 3, 4});
  CHECK(std::isnan(found.within));
  CHECK(std::isnan(found.ratio()));
  CHECK(found.between > 0);
}

TEST_CASE("Labels that do not fit are refused") {
  CHECK_THROWS_WITH(measure_separation(gram, {1, 2}), Contains("4 labels") && Contains("found 2"));
  CHECK_THROWS_WITH(measure_separation(gram, {1, 1, 1, 1}), Contains("at least two classes"));
  CHECK_THROWS_WITH(measure_separation(gram, {1, 2, 1, std::nan("")}), Contains("labels, found nan at [3]"));
  CHECK_THROWS_WITH(measure_separation({{1, 2}, {3, 4}}, {1, 2}), Contains("symmetric"));
}
