// SPDX-License-Identifier: BSD-3-Clause
//
// Closed forms against values of 20 digits that share no formula with them: E[φ(u)φ(v)], E[φ'(u)φ'(v)] and
// E[φ(u)²] by the trapezoidal rule in two independent normal variables, 1/5 apart, in 25 digits (mpmath), of
// the rectified monomial by Gauss–Legendre quadrature of the quadrant.
#include "support/law_check.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

struct Golden {
  double value, slope;
};

/// The pair (p, q, k); deviations are rounded by less than is checked.
Covariance<double> covariance_of(double p, double q, double k) {
  const double bound = std::sqrt(p * q);
  return {p, q, bound - k, bound + k};
}

/// `obtuse` is p = 0.8, q = 1.75, k = −0.5, `acute` p = 2.5, q = 0.5, k = 0.75, and `own` E[φ²] for p = 0.8.
template <class A>
void check_golden(const Golden& obtuse, const Golden& acute, double own) {
  const LawAt<A, double> at_obtuse(covariance_of(0.8, 1.75, -0.5)), at_acute(covariance_of(2.5, 0.5, 0.75));
  CAPTURE(A::name);
  CHECK(std::abs(at_obtuse.p - own) <= infinite_f64 * own);
  for (const auto& [found, expected] : {std::pair{at_obtuse, obtuse}, std::pair{at_acute, acute}}) {
    const Covariance<double>& c = found.covariance;
    CHECK(std::abs((c.f - c.e) / 2 - expected.value) <= infinite_f64 * std::sqrt(c.p * c.q));
    CHECK(std::abs(found.slope - expected.slope) <= 2 * infinite_f64 * std::abs(expected.slope));
  }
}

}  // namespace

TEST_CASE("Waves meet their golden values") {
  check_golden<Sin>({-0.14561016574974785947, 0.31509361524921794812},
                    {0.18348366408957518518, 0.28888288865143952196}, 0.39905174100267230472);
  check_golden<Cos>({0.31509361524921794812, -0.14561016574974785947},
                    {0.28888288865143952196, 0.18348366408957518518}, 0.60094825899732769528);
  check_golden<RbfOf<0.75>>({0.069773569596443638005, 0.10466035439466545701},
                            {0.3246524673583497298, 0.4869787010375245947}, 1);
}

TEST_CASE("Error functions and Gelu meet their golden values") {
  check_golden<SigmoidLike>({0.23069728606540308374, 0.038795836496362988848},
                            {0.27810445446127959909, 0.037867021947502107142}, 0.2848298902450310181);
  check_golden<Gelu>({-0.0056675326820779926796, 0.1723744157616868855},
                     {0.31722454528191241187, 0.36734310070444019572}, 0.32882885724707802095);
}

TEST_CASE("Exp, Gaussian and Gabor meet their golden values") {
  check_golden<ExpOf<1.5, -0.5>>({2.7310337928513930706, 0.68275844821284826765},
                                 {3.9488729781606717538, 0.98721824454016793845}, 3.3566055696928582896);
  check_golden<GaussianOf<2.0, -0.75>>({1.4691888987587973261, -0.22297976541027277411},
                                       {1.5068211499136355691, 0.36083521993497259747},
                                       2.1693045781865616775);
  check_golden<Gabor>({-0.010231735800164607012, 0.026853082072261212221},
                      {0.018362058231023830361, 0.043820778516968638416}, 0.077288742905213263318);
}

TEST_CASE("Polynomials meet their golden values") {
  check_golden<Monomial<3>>({-7.05, 17.1}, {10.96875, 21.375}, 7.68);
  check_golden<RectifiedMonomial<2>>({0.087057286900325415787, 0.32157309055316657243},
                                     {1.168613400238604836, 1.6289440194442380185}, 0.96);
  check_golden<Hermite<4>>({-0.0415625, -0.05}, {-0.73828125, -1.6875}, 0.487);
  check_golden<Polynomial<0.5, -1.0, 0.25, 2.0>>({-20.3625, 53.975}, {31.8984375, 68.6875}, 24.41);
}
