// SPDX-License-Identifier: BSD-3-Clause
//
// The closed forms of one activation alone against naive formulas in 50 digits: variances from 0 to 10⁶;
// parallel, opposite and nearly so. (closed_form_golden_test.cpp has values that share no formula.)
#include <numbers>

#include "support/law_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

const WaveForm sine{1, 0.5, 1}, cosine{1, 0.5, -1}, radial{Digits50(2) * 0.7, 1, 0};

/// He_4/√24.
PolynomialForm hermite4() {
  const Digits50 unit = 1 / sqrt(Digits50(24));
  return {{3 * unit, 0, -6 * unit, 0, unit}};
}

}  // namespace

TEST_CASE("Rectified activations have their expectations at every kind of pair") {
  check_law<Relu>(RectifiedForm{1, 1, 0});
  check_law<LeakyReluOf<-0.5>>(RectifiedForm{1, 1, 0.5});
  check_law<Rectified<1.5, -0.5>>(RectifiedForm{1, 1.5, -0.5});
  check_law<RectifiedMonomial<2>>(RectifiedForm{2, 1, 0});
  check_law<RectifiedMonomial<5>>(RectifiedForm{5, 1, 0});
}

TEST_CASE("Monomials have their expectations at every kind of pair") {
  check_law<Monomial<1>>(RectifiedForm{1, 1, -1});
  check_law<Monomial<2>>(RectifiedForm{2, 1, 1});
  check_law<Monomial<7>>(RectifiedForm{7, 1, -1});
}

TEST_CASE("Polynomials have their expectations at every kind of pair") {
  check_law<Polynomial<0.5, -1.0, 0.25, 2.0>>(PolynomialForm{{0.5, -1, 0.25, 2}});
  check_law<Polynomial<0.0, 0.0, 1.0>>(PolynomialForm{{0, 0, 1}});
  check_law<Hermite<1>>(PolynomialForm{{0, 1}});
  check_law<Hermite<4>>(hermite4());
}

TEST_CASE("Waves have their expectations at every kind of pair") {
  check_law<Sin>(sine);
  check_law<Cos>(cosine);
  check_law<RbfOf<0.7>>(radial);
}

TEST_CASE("Error functions, Gelu, Gaussian and Gabor have their expectations at every kind of pair") {
  check_law<SigmoidLike>(SigmoidLikeForm{SigmoidLike::rate});
  check_law<Gelu>(gelu_form);
  check_law<GaussianOf<2.0, -0.75>>(GaussianForm{2.0, 1.5});
  check_law<Gabor>(gabor_form);
}

TEST_CASE("Exp has its expectations at every kind of pair of moderate size") {
  check_law<ExpOf<1.5, -0.5>>(ExpForm{1.5, -0.5}, 3);
}

TEST_CASE("The angle between two inputs is known to fourteen digits behind every closed form") {
  check_angle<LeakyReluOf<-0.5>>(RectifiedForm{1, 1, 0.5});
  check_angle<RectifiedMonomial<3>>(RectifiedForm{3, 1, 0});
  check_angle<Monomial<3>>(RectifiedForm{3, 1, -1}, 1e-12, 1e6);
  check_angle<Polynomial<0.5, -1.0, 0.25, 2.0>>(PolynomialForm{{0.5, -1, 0.25, 2}}, 1e-12, 1e6);
  check_angle<Hermite<4>>(hermite4(), 1e-12, 1e6);
  check_angle<SigmoidLike>(SigmoidLikeForm{SigmoidLike::rate}, 1e-12, 1e6);
  check_angle<Gelu>(gelu_form, 1e-12, 3);
  check_angle<Sin>(sine);
  check_angle<Cos>(cosine, 1e-12);
  check_angle<RbfOf<0.7>>(radial, 1e-12);
  check_angle<ExpOf<1.5, -0.5>>(ExpForm{1.5, -0.5}, 1e-12);
  check_angle<GaussianOf<2.0, -0.75>>(GaussianForm{2.0, 1.5}, 1e-12, 1e6);
  check_angle<Gabor>(gabor_form);
}

TEST_CASE("Closed forms in single precision are those of double precision") {
  check_float<RectifiedMonomial<3>>();
  check_float<Hermite<4>>();
  check_float<SigmoidLike>();
  check_float<Gelu>();
  check_float<Sin>();
  check_float<RbfOf<0.7>>();
  check_float<ExpOf<1.5, -0.5>>();
  check_float<GaussianOf<2.0, -0.75>>();
  check_float<Gabor>();
}
