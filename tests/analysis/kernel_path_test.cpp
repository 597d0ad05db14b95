// SPDX-License-Identifier: BSD-3-Clause
#include <catch2/catch.hpp>
#include <cmath>
#include <nntk/analysis/kernel_path.hpp>

#include "support/flow.hpp"

using namespace nntk;
using namespace nntk::test;

namespace {

/// Eigenvalues 3 and 1, the first eigenvector at this angle.
Matrix turned(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {{3 * c * c + s * s, 2 * c * s}, {2 * c * s, 3 * s * s + c * c}};
}

constexpr double rounding = 1e-14;  // some tens of ε, on numbers of order 1

}  // namespace

TEST_CASE("A kernel that stays has not drifted, and keeps its eigenvectors") {
  const Matrix gram = random_kernel(12, 0, 20, 1).examples;
  const KernelPosition position = KernelPath(gram, 3).locate(gram);
  CHECK(position.drift == 0);
  CHECK(position.overlap == Approx(1).epsilon(0).margin(rounding));
  CHECK(position.eigenvalues.size() == 3);
  CHECK((position.eigenvalues(0) > position.eigenvalues(1) &&
         position.eigenvalues(1) > position.eigenvalues(2)));
}

TEST_CASE("A kernel that grows drifts by its growth, and turns no eigenvector") {
  const Matrix gram = random_kernel(12, 0, 20, 1).examples;
  const KernelPath path(gram, 5);
  const KernelPosition position = path.locate(gram * 1.5), start = path.locate(gram);
  CHECK(position.drift == Approx(0.5).epsilon(rounding));
  CHECK(position.overlap == Approx(1).epsilon(0).margin(rounding));
  CHECK(position.eigenvalues(0) == Approx(1.5 * start.eigenvalues(0)).epsilon(rounding));
  CHECK(position.condition_number == Approx(start.condition_number).epsilon(1e-10));
}

// ‖K_t − K_0‖_F² = 8 sin²α for eigenvalues that differ by 2, and ‖K_0‖_F² = 10.
TEST_CASE("A kernel that turns overlaps by the squared cosine") {
  const KernelPath path(turned(0), 1);
  for (const double angle : {0.1, 0.7, 1.5}) {
    const KernelPosition position = path.locate(turned(angle));
    CHECK(position.overlap == Approx(std::pow(std::cos(angle), 2)).epsilon(0).margin(rounding));
    CHECK(position.drift == Approx(std::sqrt(0.8) * std::sin(angle)).epsilon(0).margin(rounding));
    CHECK(position.eigenvalues(0) == Approx(3).epsilon(rounding));
    CHECK(position.condition_number == Approx(3).epsilon(rounding));
  }
}

TEST_CASE("All eigenvectors together overlap fully, however many are asked for") {
  CHECK(KernelPath(turned(0), 2).locate(turned(1)).overlap == Approx(1).epsilon(rounding));
  const KernelPosition position = KernelPath(turned(0), 7).locate(turned(1));
  CHECK((position.eigenvalues.size() == 2 && std::abs(position.overlap - 1) < rounding));
}

TEST_CASE("The drift of a tiny or huge kernel neither under- nor overflows") {
  for (const double scale : {1e-200, 1e200})
    CHECK(KernelPath(scale * turned(0), 1).locate(2 * scale * turned(0)).drift ==
          Approx(1).epsilon(rounding));
}

TEST_CASE("A kernel of another order, or not finite, is refused") {
  const KernelPath path(turned(0), 1);
  CHECK_THROWS_AS(path.locate(random_kernel(3, 0, 4, 1).examples), DataError);
  CHECK_THROWS_AS(path.locate({{1, not_a_number}, {not_a_number, 1}}), DataError);
  CHECK_THROWS_AS(KernelPath(Matrix(xt::zeros<double>({0, 0})), 1), DataError);
}
