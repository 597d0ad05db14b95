// SPDX-License-Identifier: BSD-3-Clause
//
// Counter-based random numbers: known answers, laws, and slices that equal the whole.
#include "nntk/random.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "support/tolerance.hpp"

namespace {

using namespace nntk::random;
using nntk::test::standard_errors;

template <class T>
std::vector<T> normals(std::size_t first, std::size_t count) {
  std::vector<T> out(count);
  fill_normal(Source(5, Stream::direction, 3), first, std::span<T>(out));
  return out;
}
std::vector<double> signs(std::size_t first, std::size_t count) {
  std::vector<double> out(count);
  fill_signs(Source(5, Stream::direction, 3), first, std::span<double>(out));
  return out;
}

template <class Fill>
void check_slices(const Fill& fill, std::size_t count) {
  const auto whole = fill(0, count);
  for (const auto first : std::to_array<std::size_t>({1, 2, 3, 5, 127, 128, 129, 1000})) {
    const auto slice = fill(first, count - first);
    const auto from = whole.begin() + static_cast<std::ptrdiff_t>(first);
    const auto differs = std::mismatch(slice.begin(), slice.end(), from).first - slice.begin();
    CAPTURE(first, differs);
    CHECK(static_cast<std::size_t>(differs) == slice.size());
  }
}

}  // namespace

TEST_CASE("The generator is Philox4x32-10 (Random123, known answer of counter 0 and key 0)") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(Source(0, Stream::parameters).bits(0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
}

TEST_CASE("Every seed, stream, sample and index has bits of its own") {
  std::vector<std::array<std::uint32_t, 4>> all;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32U}) {
    for (const Stream stream : {Stream::parameters, Stream::direction, Stream::radius}) {
      for (const std::uint64_t sample : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32U}) {
        for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32U}) {
          all.push_back(Source(seed, stream, sample).bits(index));
        }
      }
    }
  }
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST_CASE("Words become numbers strictly between 0 and 1, and uniform") {
  CHECK(Source::centred(0, 0) == 0x1p-53);
  CHECK(Source::centred(0xffffffff, 0xffffffff) == 1 - 0x1p-53);
  const Source source(1, Stream::radius);
  constexpr std::uint64_t count = 40000;
  double sum = 0, squares = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto word = source.bits(i);
    const double u = Source::centred(word[0], word[1]);
    sum += u, squares += u * u;
  }
  CHECK(std::abs(sum / count - 0.5) <= standard_errors * std::sqrt(1.0 / 12 / count));
  CHECK(std::abs(squares / count - 1.0 / 3) <= standard_errors * std::sqrt(4.0 / 45 / count));
}

TEST_CASE("Normal numbers have the moments 0, 1, 0, 3, and neighbours are uncorrelated") {
  constexpr std::size_t count = 200000;
  const auto z = normals<double>(0, count);
  double mean = 0, square = 0, cube = 0, fourth = 0, neighbours = 0;
  for (std::size_t i = 0; i < count; ++i) {
    mean += z[i] / count, square += z[i] * z[i] / count, cube += std::pow(z[i], 3) / count;
    fourth += std::pow(z[i], 4) / count, neighbours += z[i] * z[i ^ 1U] / count;
  }
  const double unit = standard_errors / std::sqrt(count);
  CHECK(std::abs(mean) <= unit);
  CHECK(std::abs(square - 1) <= unit * std::sqrt(2.0));
  CHECK(std::abs(cube) <= unit * std::sqrt(15.0));
  CHECK(std::abs(fourth - 3) <= unit * std::sqrt(96.0));
  CHECK(std::abs(neighbours) <= unit * std::sqrt(2.0));  // each pair counts twice
}

TEST_CASE("Normal numbers are those of Box and Muller, on the same angle from any instruction set") {
  const Source source(5, Stream::direction, 3);
  const auto z = normals<double>(0, 1000);
  for (std::size_t block = 0; block < 500; ++block) {
    const auto word = source.bits(block);
    const double length = std::sqrt(-2 * std::log(Source::centred(word[0], word[1])));
    const double turns = Source::centred(word[2], word[3]) - 0.5 + static_cast<double>(word[3] & 3U);
    const double angle = std::numbers::pi / 2 * turns;
    REQUIRE(std::abs(z[2 * block] - length * std::cos(angle)) <= nntk::test::function_f64 * length);
    REQUIRE(std::abs(z[2 * block + 1] - length * std::sin(angle)) <= nntk::test::function_f64 * length);
  }
}

TEST_CASE("A slice of normal numbers is the slice of the whole, to the bit") {
  check_slices(normals<double>, 200000);
  check_slices(normals<float>, 2000);
}

TEST_CASE("A slice of signs is the slice of the whole") { check_slices(signs, 3000); }

TEST_CASE("Signs are fair and only ±1") {
  constexpr std::size_t count = 100000;
  double sum = 0;
  for (const double sign : signs(0, count)) {
    REQUIRE(std::abs(sign) == 1);
    sum += sign;
  }
  CHECK(std::abs(sum) <= standard_errors * std::sqrt(count));
}
