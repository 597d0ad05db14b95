// SPDX-License-Identifier: BSD-3-Clause
//
// Some twenty ordinary expressions, most of them with a shape known only at run time. Without the gate's
// specialisation several give garbage shapes, throw or crash under GCC in C++20 (xtensor issues 1970, 1310,
// 2701, 2774). All values are small integers or dyadic fractions, so every comparison is exact.
#include <nntk/tensor.hpp>
#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xfixed.hpp>
#include <xtensor/misc/xmanipulation.hpp>
#include <xtensor/misc/xpad.hpp>
#include <xtensor/views/xstrided_view.hpp>
#else
#include <xtensor/xarray.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xmanipulation.hpp>
#include <xtensor/xpad.hpp>
#include <xtensor/xstrided_view.hpp>
#endif

#include <catch2/catch.hpp>
#include <type_traits>
#include <vector>

namespace {

using Array = xt::xarray<double>;
using Shape = std::vector<std::size_t>;
using Values = std::vector<double>;

const Array a = {{1, 2, 3}, {4, 5, 6}};
const Array row = {10, 20, 30};
const Array column = xt::reshape_view(Array{100, 200}, {2, 1});
const nntk::Matrix m = {{1, 2, 3}, {4, 5, 6}};
const nntk::Vector v = {10, 20, 30};

template <class Expression>
Shape shape_of(const Expression& e) {
  return Shape(e.shape().begin(), e.shape().end());
}

template <class Expression>
Values values_of(const Expression& e) {
  return Values(e.begin(), e.end());
}

// The expression itself, what xt::eval makes of it, and an xarray assigned from it are all the same array.
template <class Expression>
void check(const Expression& e, const Shape& shape, const Values& values) {
  CHECK(shape_of(e) == shape);
  CHECK(values_of(e) == values);
  const auto evaluated = xt::eval(e);
  CHECK(shape_of(evaluated) == shape);
  CHECK(values_of(evaluated) == values);
  const Array assigned = e;
  CHECK(shape_of(assigned) == shape);
  CHECK(values_of(assigned) == values);
}

}  // namespace

TEST_CASE("A dynamic shape is held by an array whose dimension is dynamic, too") {
  STATIC_REQUIRE(std::is_same_v<xt::temporary_type_t<decltype(a + a)>, Array>);
  STATIC_REQUIRE(std::is_same_v<xt::temporary_type_t<decltype(m + v)>, nntk::Matrix>);
}

TEST_CASE("Arithmetic keeps shape and values") {
  check(a + a, {2, 3}, {2, 4, 6, 8, 10, 12});
  check(2 * a - 1, {2, 3}, {1, 3, 5, 7, 9, 11});
  check(xt::square(a), {2, 3}, {1, 4, 9, 16, 25, 36});
  check(xt::where(a > 3, a, 0), {2, 3}, {0, 0, 0, 4, 5, 6});
}

TEST_CASE("Broadcasting takes the larger shape") {
  check(a + row, {2, 3}, {11, 22, 33, 14, 25, 36});
  check(row + column, {2, 3}, {110, 120, 130, 210, 220, 230});
  check(m + v, {2, 3}, {11, 22, 33, 14, 25, 36});
  check(m + a, {2, 3}, {2, 4, 6, 8, 10, 12});
}

TEST_CASE("Views have the shape of what they look at") {
  check(xt::view(a, xt::all(), 1), {2}, {2, 5});
  check(xt::view(a, xt::all(), xt::range(1, 3)), {2, 2}, {2, 3, 5, 6});
  check(xt::strided_view(a, {0, xt::ellipsis()}), {3}, {1, 2, 3});
  check(xt::transpose(a), {3, 2}, {1, 4, 2, 5, 3, 6});
}

TEST_CASE("Reductions drop the axes they run over") {
  check(xt::sum(a), {}, {21});
  check(xt::sum(a, {0}), {3}, {5, 7, 9});
  check(xt::mean(a, {1}), {2}, {2, 5});
  check(xt::sum(a, {1}, xt::evaluation_strategy::immediate), {2}, {6, 15});
}

TEST_CASE("An immediate sum can be used in a lazy expression") {
  const Array powers = {{1, 2}, {4, 1}};
  const auto total = xt::sum(powers, xt::evaluation_strategy::immediate);
  check(xt::square(powers / total), {2, 2}, {1 / 64., 4 / 64., 16 / 64., 1 / 64.});
}

TEST_CASE("Mixed expressions evaluate to the shape they promise") {
  check(xt::eval(a - xt::view(a, xt::all(), xt::newaxis(), 0)) + row, {2, 3}, {10, 21, 32, 10, 21, 32});
  check(xt::pad(row, {1, 1}), {5}, {0, 10, 20, 30, 0});
  check(xt::tile(row, {2}), {6}, {10, 20, 30, 10, 20, 30});
}

TEST_CASE("A strided view can be assigned from another") {
  Array b = a;
  xt::strided_view(b, {0, xt::ellipsis()}) = xt::strided_view(a, {1, xt::ellipsis()}) + row;
  check(b, {2, 3}, {14, 25, 36, 4, 5, 6});
}

TEST_CASE("A Matrix is row-major and contiguous") {
  const nntk::Matrix transposed = xt::transpose(m);
  REQUIRE(transposed.shape() == std::array<std::size_t, 2>{3, 2});
  CHECK(Values(transposed.data(), transposed.data() + 6) == Values{1, 4, 2, 5, 3, 6});
}

TEST_CASE("A Matrix of one row broadcasts, and one of no rows is empty") {
  const nntk::Matrix one = xt::view(m, xt::range(0, 1), xt::all());
  check(one + v, {1, 3}, {11, 22, 33});
  const nntk::Matrix none = xt::view(m, xt::range(0, 0), xt::all());
  CHECK(none.size() == 0);
  CHECK(none.shape(1) == 3);
}
