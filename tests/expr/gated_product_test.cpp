// SPDX-License-Identifier: BSD-3-Clause
//
// Products between gates against loops in long double, for sizes around every block.
#include "nntk/expr/gated_product.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "support/data.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// Numbers of which about a share is 0, and the others are not.
template <class T>
void draw(TileGroup<T> group, std::size_t rows, double closed, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> number(0, 1);
  for (std::size_t t = 0; t < group.count; ++t)
    for (std::size_t at = 0; at < rows * simd::lanes<T>; ++at)
      group.tile(t)[at] = static_cast<T>(number(generator) < closed ? 0 : number(generator) - 1.5);
}

/// A product with everything that goes into it.
template <class T, std::size_t vectors>
struct Case {
  static constexpr std::size_t tiles = 2, lanes = simd::lanes<T>, samples = lanes + 1;
  using Product = expr::GatedProduct<T, expr::gated_registers<T>(vectors)>;

  std::size_t rows, depth;
  std::vector<T> matrix, packed;
  TileBuffer<T> x, behind, before, out;
  Product product;

  Case(std::size_t row_count, std::size_t unit_count, double closed)
      : rows(row_count),
        depth(unit_count),
        matrix(rows * depth),
        packed(rows * depth),
        x(tiles, vectors * depth),
        behind(tiles, depth),
        before(tiles, rows),
        out(tiles, vectors * rows),
        product(vectors, std::max(rows, depth)) {
    const auto drawn = normal_numbers(rows * depth, 1);
    std::copy(drawn.begin(), drawn.end(), matrix.begin());
    expr::pack<T>(matrix.data(), rows, depth, depth, 1, packed.data());
    draw(behind.group(tiles), depth, closed, 2);
    draw(before.group(tiles), rows, closed, 3);
    draw(x.group(tiles), vectors * depth, 0, 4);
  }
  static TileGroup<const T> none() { return {}; }
  expr::GatedMatrix<T> between(TileGroup<const T> units, TileGroup<const T> asked, T factor) const {
    return {packed.data(), rows, depth, factor, units, asked};
  }
  TileGroup<T> results() {
    TileGroup<T> group = out.group(tiles);
    group.samples = samples;
    return group;
  }

  /// Whether every number of a sample is factor · Σ_k A(j, k) · value(tile, lane, vector, k) over open units,
  /// and 0 where nobody asks.
  template <class Value>
  bool is_right(TileGroup<const T> units, TileGroup<const T> asked, T factor, const Value& value) {
    std::size_t wrong = 0;
    for (std::size_t sample = 0; sample < samples; ++sample) {
      const std::size_t t = sample / lanes, lane = sample % lanes;
      for (std::size_t at = 0; at < vectors * rows; ++at) {
        const std::size_t vector = at / rows, j = at % rows;
        const T found = results().tile(t)[at * lanes + lane];
        if (asked.data != nullptr && asked.tile(t)[j * lanes + lane] == 0) {
          wrong += found != 0;
          continue;
        }
        long double sum = 0, magnitude = 0;
        for (std::size_t k = 0; k < depth; ++k) {
          if (units.data != nullptr && units.tile(t)[k * lanes + lane] == 0) continue;
          const long double term =
              static_cast<long double>(matrix[j * depth + k]) * value(t, lane, vector, k);
          sum += term, magnitude += std::abs(term);
        }
        const auto tolerance = static_cast<long double>(sum_tolerance<T>(depth + 1));
        wrong += !(std::abs(found - factor * sum) <= tolerance * std::abs(factor) * magnitude);
      }
    }
    return wrong == 0;
  }
  T row(std::size_t t, std::size_t lane, std::size_t vector, std::size_t k) {
    return x.group(tiles).tile(t)[(vector * depth + k) * lanes + lane];
  }
};

template <class T, std::size_t vectors>
void check(std::size_t rows, std::size_t depth, double closed) {
  Case<T, vectors> of(rows, depth, closed);
  const auto behind = read_only(of.behind.group(of.tiles)), before = read_only(of.before.group(of.tiles));
  const auto row = [&](auto... place) { return of.row(place...); };
  const T factor = T(0.75);
  for (const auto& units : {behind, of.none()}) {
    for (const auto& asked : {before, of.none()}) {
      of.product.multiply(of.between(units, asked, factor), read_only(of.x.group(of.tiles)), of.results());
      CAPTURE(rows, depth, closed, vectors, units.data == nullptr, asked.data == nullptr);
      CHECK(of.is_right(units, asked, factor, row));
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("A product between gates is right for sizes around every block", "", float, double) {
  for (const auto rows : std::to_array<std::size_t>({1, 5, 8, 15, 37})) {
    for (const auto depth : std::to_array<std::size_t>({1, 33, 128, 300}))
      check<TestType, 10>(rows, depth, 0.5);
  }
}

TEMPLATE_TEST_CASE("A product between gates is right for any number of vectors and of closed units", "",
                   float, double) {
  for (const double closed : {0.0, 0.2, 0.9, 1.0}) {
    check<TestType, 3>(20, 140, closed);
    check<TestType, 8>(20, 140, closed);
    check<TestType, 53>(20, 140, closed);
  }
}

TEMPLATE_TEST_CASE("Vectors may be weights that all samples share, times a number of each unit", "", float,
                   double) {
  using T = TestType;
  constexpr std::size_t rows = 21, depth = 150, vectors = 5;
  Case<T, vectors> of(rows, depth, 0.5);
  const auto behind = read_only(of.behind.group(of.tiles)), before = read_only(of.before.group(of.tiles));
  const auto drawn = normal_numbers(vectors * depth, 7);
  const std::vector<T> weights(drawn.begin(), drawn.end());
  for (const auto& units : {behind, of.none()}) {
    of.product.multiply_weighted(of.between(units, before, T(2)), weights.data(), T(0.5), behind,
                                 of.results());
    CHECK(of.is_right(units, before, T(2), [&](auto t, auto lane, auto vector, auto k) {
      return static_cast<long double>(weights[vector * depth + k]) / 2 * behind.tile(t)[k * of.lanes + lane];
    }));
  }
}

TEST_CASE(
    "What closed units and free lanes hold does not matter, and registers without samples stay as they are") {
  constexpr std::size_t rows = 20, depth = 40, vectors = 4;
  Case<double, vectors> of(rows, depth, 0.5);
  const auto behind = read_only(of.behind.group(of.tiles)), before = read_only(of.before.group(of.tiles));
  const auto x = of.x.group(of.tiles);
  for (std::size_t t = 0; t < of.tiles; ++t) {
    for (std::size_t at = 0; at < vectors * depth * of.lanes; ++at) {
      const std::size_t lane = at % of.lanes, k = at / of.lanes % depth;
      if (behind.tile(t)[k * of.lanes + lane] == 0 || t * of.lanes + lane >= of.samples)
        x.tile(t)[at] = std::numeric_limits<double>::quiet_NaN();
    }
  }
  const auto results = of.results();
  std::fill_n(results.data, of.tiles * results.stride, -1.0);
  of.product.multiply(of.between(behind, before, 1.0), read_only(x), results);
  CHECK(of.is_right(behind, before, 1.0, [&](auto... place) { return of.row(place...); }));
  std::size_t touched = 0;
  for (std::size_t at = 0; at < vectors * rows * of.lanes; ++at)
    if (at % of.lanes >= simd::width<double>) touched += results.tile(1)[at] != -1;
  CHECK(touched == 0);
}
