// SPDX-License-Identifier: BSD-3-Clause
//
// Direction laws: E[g gᵀ/‖g‖²] = I/p, and what is special of each.
#include "nntk/tangent/direction.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "nntk/arch/activation.hpp"
#include "nntk/arch/network.hpp"
#include "support/displacement.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;
using nntk::test::displacement;
using nntk::test::Mean;

constexpr std::size_t p = 7;
using Net = Network<Input<2>, Dense<2>, Tanh, Dense<1, Scale{1.0, 0.0}>>;  // blocks 2 × 2, 2, 1 × 2
static_assert(Net::parameter_count == 8);

template <class Direction>
void check_isotropic(const Direction& direction, std::size_t parameters = p) {
  const Law<double, FixedRadius, Direction> law({1.0}, direction, 21);
  std::vector<Mean> moment(parameters * parameters);
  for (std::uint64_t k = 0; k < 20000; ++k) {
    const auto delta = displacement(law, k, parameters);
    for (std::size_t i = 0; i < moment.size(); ++i)
      moment[i].add(delta[i / parameters] * delta[i % parameters]);
  }
  for (std::size_t i = 0; i < moment.size(); ++i)
    CHECK(moment[i].meets(i / parameters == i % parameters ? 1.0 / static_cast<double>(parameters) : 0.0));
}

/// Samples first, ..., first + p − 1 are an orthonormal basis.
template <class Direction>
void check_orthonormal(const Direction& direction, std::size_t parameters, std::uint64_t first) {
  const Law<double, FixedRadius, Direction> law({1.0}, direction, 22);
  for (std::uint64_t k = first; k < first + parameters; ++k) {
    for (std::uint64_t m = first; m < first + parameters; ++m) {
      const auto a = displacement(law, k, parameters), b = displacement(law, m, parameters);
      double product = 0;
      for (std::size_t i = 0; i < parameters; ++i) product += a[i] * b[i];
      CHECK(std::abs(product - (k == m ? 1.0 : 0.0)) <= 1e-14);
    }
  }
}

/// A slice is the slice of the whole.
template <class Direction>
void check_sliced(const Direction& direction, std::size_t parameters) {
  const Draw draw{5, 11, parameters};
  std::vector<double> whole(parameters), slice(parameters / 2);
  direction.fill(draw, 0, std::span(whole));
  for (const std::size_t first :
       {std::size_t{0}, std::size_t{1}, parameters / 3, parameters - slice.size()}) {
    direction.fill(draw, first, std::span(slice));
    CHECK(std::equal(slice.begin(), slice.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)));
  }
}

}  // namespace

TEST_CASE("Every direction law is isotropic in the mean") {
  check_isotropic(GaussianDirection{});
  check_isotropic(RademacherDirection{});
  check_isotropic(OrthogonalDirection(p));
  check_isotropic(CoordinateDirection{});
  check_isotropic(RankOneDirection(parameter_blocks<Net>()), Net::parameter_count);
}

TEST_CASE("p orthogonal or coordinate directions are a basis, the next p too") {
  for (const std::size_t parameters : {1U, 2U, 7U, 12U, 16U}) {
    check_orthonormal(OrthogonalDirection(parameters), parameters, 0);
    check_orthonormal(OrthogonalDirection(parameters), parameters, 3 * parameters);
    check_orthonormal(CoordinateDirection{}, parameters, 2 * parameters);
  }
}

TEST_CASE("The next p orthogonal directions are others") {
  const Law<double, FixedRadius, OrthogonalDirection> law({1.0}, OrthogonalDirection(p), 23);
  const auto first = displacement(law, 0, p);
  for (std::uint64_t k = 1; k < 10 * p; ++k) CHECK(displacement(law, k, p) != first);
}

TEST_CASE("A slice of any direction is the slice of the whole") {
  check_sliced(GaussianDirection{}, 1000);
  check_sliced(RademacherDirection{}, 1000);
  check_sliced(OrthogonalDirection(1000), 1000);
  check_sliced(CoordinateDirection{}, 1000);
  using Wide = Network<Input<20>, Dense<30>, Relu, Dense<7>>;
  check_sliced(RankOneDirection(parameter_blocks<Wide>()), Wide::parameter_count);
}

TEST_CASE("A rank-one direction is signs of rank one in each matrix") {
  const RankOneDirection direction(parameter_blocks<Net>());
  std::size_t turned = 0;
  for (std::uint64_t k = 0; k < 50; ++k) {
    std::vector<double> g(Net::parameter_count);
    direction.fill(Draw{1, k, g.size()}, 0, std::span(g));
    for (const double entry : g) CHECK(std::abs(entry) == 1);
    CHECK(g[0] * g[3] == g[1] * g[2]);
    turned += g[0] != g[1];
  }
  CHECK((turned > 10 && turned < 40));
}

TEST_CASE("The blocks of a range are counted from its start") {
  const auto blocks = parameter_blocks<Net>({6, 2});
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].offset == 0);
  CHECK(blocks[0].columns == 2);
  CHECK(parameter_blocks<Net>().size() == 3);
}
