// SPDX-License-Identifier: BSD-3-Clause
//
// Values by hand. Codes and R² round a handful of times: 1e-15 is four ulps of 1.
#include <cmath>
#include <limits>
#include <nntk/analysis/targets.hpp>
#include <nntk/error.hpp>

#include <catch2/catch.hpp>

namespace {

using Catch::Contains;
using nntk::Matrix;
using nntk::Vector;

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

auto close_to(double value) { return Catch::Matchers::WithinAbs(value, 1e-15); }

}  // namespace

TEST_CASE("Classes are the distinct labels, ascending") {
  CHECK((nntk::find_classes({7, -1, 7, 3.5, -1}) == Vector{-1, 3.5, 7}));
}

TEST_CASE("Labels that make no classes are refused") {
  CHECK_THROWS_WITH(nntk::find_classes(xt::zeros<double>({0})), Contains("no labels"));
  CHECK_THROWS_WITH(nntk::find_classes({3, 3, 3}), Contains("at least two classes") && Contains("only 3"));
  CHECK_THROWS_WITH(nntk::find_classes({0, 1, not_a_number}), Contains("labels, found nan at [2]"));
}

TEST_CASE("A code is one-hot minus 1/classes") {
  CHECK((nntk::encode_labels({2, 0, 2}, {0, 2}) == Matrix{{-0.5, 0.5}, {0.5, -0.5}, {-0.5, 0.5}}));
}

TEST_CASE("A code sums to zero, whatever the number of classes") {
  const std::size_t count = GENERATE(2u, 3u, 10u, 100u);
  const Vector classes = xt::arange<double>(0, static_cast<double>(count));
  const Matrix codes = nntk::encode_labels(classes, classes);
  for (std::size_t i = 0; i < count; ++i)
    CHECK(std::abs(xt::sum(xt::view(codes, i))()) <= static_cast<double>(count) * 1e-16);
}

TEST_CASE("A label outside the classes is refused with its position") {
  const double bad = GENERATE(-1.0, 1.0, 3.0, not_a_number);
  CHECK_THROWS_WITH(nntk::encode_labels({0, 2, bad}, {0, 2}), Contains("from 0 to 2") && Contains("at [2]"));
  CHECK_THROWS_AS(nntk::encode_labels({0, 0}, {0}), nntk::DataError);
}

TEST_CASE("The largest score chooses the label, the smallest label on a tie") {
  const Matrix scores = {{0.1, 0.7, 0.2}, {-3, -2, -1}, {1, 0, 1}};
  CHECK((nntk::choose_labels(scores, {10, 20, 30}) == Vector{20, 30, 10}));
  CHECK(nntk::choose_labels(xt::zeros<double>({0, 2}), {1, 2}).size() == 0);
}

TEST_CASE("Codes choose the labels they were made of") {
  const Vector labels = {5, 1, 1, 9, 5};
  const Vector classes = nntk::find_classes(labels);
  CHECK((nntk::choose_labels(nntk::encode_labels(labels, classes), classes) == labels));
}

TEST_CASE("Scores that do not fit the classes or are not finite are refused") {
  CHECK_THROWS_WITH(nntk::choose_labels({{1, 2, 3}}, {0, 1}), Contains("2 columns") && Contains("found 3"));
  CHECK_THROWS_WITH(nntk::choose_labels({{1, 2}, {not_a_number, 3}}, {0, 1}),
                    Contains("scores, found nan at [1, 0]"));
}

TEST_CASE("Accuracy is the share of labels that agree") {
  CHECK(nntk::measure_accuracy({1, 2, 3, 4}, {1, 2, 3, 5}) == 0.75);
  CHECK(nntk::measure_accuracy({1}, {2}) == 0);
  CHECK(nntk::measure_accuracy({1}, {1}) == 1);
  CHECK_THROWS_WITH(nntk::measure_accuracy({1, 2}, {1}), Contains("2 and 1"));
  CHECK_THROWS_AS(nntk::measure_accuracy(xt::zeros<double>({0}), xt::zeros<double>({0})), nntk::DataError);
}

TEST_CASE("R² is 1 for the targets themselves, 0 for their mean, below 0 for worse") {
  const Matrix y = {{1}, {2}, {3}};
  CHECK(nntk::measure_r_squared(y, y) == 1);
  CHECK(nntk::measure_r_squared({{2}, {2}, {2}}, y) == 0);
  CHECK(nntk::measure_r_squared({{3}, {2}, {1}}, y) == -3);
}

TEST_CASE("R² averages over the outputs, whatever their scale") {
  // scikit-learn's documented example: r2_score([[0.5, 1], [-1, 1], [7, -6]], [[0, 2], [-1, 2], [8, -5]])
  const Matrix y = {{0.5, 1}, {-1, 1}, {7, -6}}, f = {{0, 2}, {-1, 2}, {8, -5}};
  const double first = 1 - 1.25 / (217 / 6.), second = 1 - 3 / (98 / 3.);
  CHECK_THAT(nntk::measure_r_squared(f, y), close_to((first + second) / 2));
  const Matrix scale = {{1000, 1}};
  CHECK_THAT(nntk::measure_r_squared(f * scale, y * scale), close_to((first + second) / 2));
}

TEST_CASE("R² is undefined for targets that do not vary") {
  CHECK(std::isnan(nntk::measure_r_squared({{1}}, {{1}})));
  CHECK(std::isnan(nntk::measure_r_squared({{1, 0.1}, {2, 0.1}, {3, 0.1}}, {{1, 0.1}, {2, 0.1}, {3, 0.1}})));
}

TEST_CASE("R² of shapes that differ, are empty or hold numbers that are not finite is refused") {
  CHECK_THROWS_WITH(nntk::measure_r_squared({{1}, {2}}, {{1, 2}}), Contains("2 by 1 and 1 by 2"));
  CHECK_THROWS_AS(nntk::measure_r_squared(xt::zeros<double>({0, 1}), xt::zeros<double>({0, 1})),
                  nntk::DataError);
  CHECK_THROWS_WITH(nntk::measure_r_squared({{not_a_number}, {2}}, {{1}, {2}}),
                    Contains("predictions, found nan at [0, 0]"));
  CHECK_THROWS_WITH(nntk::measure_r_squared({{1}, {2}}, {{1}, {not_a_number}}),
                    Contains("targets, found nan at [1, 0]"));
}

TEST_CASE("Centred targets have no mean, and equal ones are exactly 0") {
  const Matrix centred = nntk::centre_targets({{1, 0.1}, {2, 0.1}, {6, 0.1}});
  CHECK((centred == Matrix{{-2, 0}, {-1, 0}, {3, 0}}));
  CHECK(nntk::centre_targets(xt::zeros<double>({0, 2})).shape(0) == 0);
  CHECK_THROWS_WITH(nntk::centre_targets({{1, 2}, {not_a_number, 3}}),
                    Contains("targets, found nan at [1, 0]"));
}
