// SPDX-License-Identifier: BSD-3-Clause
#include <catch2/catch.hpp>
#include <cmath>
#include <nntk/analysis/mode_decay.hpp>

#include "support/flow.hpp"

using namespace nntk;
using namespace nntk::test;

TEST_CASE("Gradient descent of a constant kernel decays mode by mode as predicted") {
  const Matrix gram = random_kernel(9, 0, 15, 3).examples, initial = normal_matrix(9, 2, 4);
  const double rate = 1.3;
  const ModeDecay decay(eigensystem(gram), 5, initial, rate);
  Matrix residual = initial;
  for (std::size_t step = 0; step <= 40; ++step) {
    const Vector measured = decay.measure(residual), predicted = decay.predict(step);
    REQUIRE(measured.size() == 5);
    for (std::size_t i = 0; i < 5; ++i)  // each step rounds like a product of 9 terms
      CHECK(measured(i) ==
            Approx(predicted(i)).epsilon(0).margin(40 * 9 * 2.3e-16 * xt::amax(xt::abs(initial))()));
    residual -= rate / 9 * multiply(gram, residual);
  }
}

TEST_CASE("All modes together are the residual") {
  const Matrix residual = normal_matrix(6, 3, 1);
  const ModeDecay decay(eigensystem(random_kernel(6, 0, 8, 2).examples), 6, residual, 0.1);
  CHECK(xt::sum(xt::square(decay.measure(residual)))() ==
        Approx(xt::sum(xt::square(residual))()).epsilon(1e-14));
  CHECK(xt::allclose(decay.predict(0), decay.measure(residual), 0, 0));
}

TEST_CASE(
    "For a small rate the prediction is the exponential of the flow, and beyond the critical one it grows") {
  const Matrix gram{{4, 0}, {0, 1}}, residual{{1}, {1}};
  const ModeDecay slow(eigensystem(gram), 2, residual, 1e-6), fast(eigensystem(gram), 2, residual, 1.1);
  const Vector after = slow.predict(1000000);  // (1 − z/s)^s is e^{−z} but for a share of z²/2s
  CHECK(after(0) == Approx(std::exp(-2)).epsilon(2e-6));
  CHECK(after(1) == Approx(std::exp(-0.5)).epsilon(2e-6));
  CHECK(fast.predict(2)(0) == Approx(1.44).epsilon(1e-14));
}

TEST_CASE("Fewer examples than modes are followed all, and other residuals refused") {
  const ModeDecay decay(eigensystem(Matrix{{2, 0}, {0, 1}}), 5, {{1}, {1}}, 0.1);
  CHECK(decay.predict(3).size() == 2);
  CHECK_THROWS_AS(decay.measure(normal_matrix(3, 1, 1)), DataError);
  CHECK_THROWS_AS(decay.measure({{not_a_number}, {1}}), DataError);
}
