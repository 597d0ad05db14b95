// SPDX-License-Identifier: BSD-3-Clause
//
// Directions of rank one, which are never added to θ, against the same directions that are.
#include <catch2/catch.hpp>
#include <cmath>

#include "support/nonlocal_gram.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tangent;

using Net = Network<Input<3>, Dense<7, Scale{1.5, 0.0}>, Tanh, Residual<0.5, Dense<9>, Relu, Dense<7>>,
                    Dropout<0.3>, Dense<2>>;

/// A law of rank one that does not say so.
template <class T>
class Formed final : public Interaction<T> {
 public:
  explicit Formed(const Interaction<T>& law) : law_(law) {}
  Displacement displace(std::uint64_t sample, std::span<const T> theta,
                        std::span<T> displaced) const override {
    return law_.displace(sample, theta, displaced);
  }
  void fill_direction(std::uint64_t sample, std::size_t p, std::size_t first,
                      std::span<T> out) const override {
    law_.fill_direction(sample, p, first, out);
  }
  [[nodiscard]] Range moving(std::size_t p) const override { return law_.moving(p); }
  [[nodiscard]] std::size_t factor_count() const override { return 0; }
  Displacement draw_factors(std::uint64_t /*sample*/, std::size_t /*p*/,
                            std::span<T> /*factors*/) const override {
    return {};
  }
  [[nodiscard]] std::size_t together() const override { return law_.together(); }

 private:
  const Interaction<T>& law_;
};

template <class T>
void check_same(const Choice& choice, double tolerance, const Realisations& realisations = {}) {
  const auto numbers = normal_theta<Net>();
  const std::vector<T> theta(numbers.begin(), numbers.end());
  const Range range = choice.only.within(Net::parameter_count);
  const Law<T, GaussianRadius, RankOneDirection> law({2.0}, RankOneDirection(parameter_blocks<Net>(range)), 5,
                                                     choice);
  REQUIRE(law.factor_count() > 0);
  const Data x = normal_data(5 * simd::lanes<T> + 2, 3);
  for (const Estimator estimator : {Estimator::energy, Estimator::plugin, Estimator::unbiased}) {
    const auto gram = [&](const Interaction<T>& of) {
      return nonlocal_gram<Net, T>(theta, of, 12, estimator, x, OutputMode::full, {}, realisations).value;
    };
    const auto found = gram(law), expected = gram(Formed<T>(law));
    double scale = 0, worst = 0;
    for (std::size_t at = 0; at < found.size(); ++at) {
      scale = std::max(scale, std::abs(expected[at]));
      worst = std::max(worst, std::abs(found[at] - expected[at]));
    }
    CHECK(scale > 0);
    CHECK(worst <= tolerance * scale);
  }
}

}  // namespace

// A response is a difference of two outputs of its own size, each through sums of up to 10 terms.
TEST_CASE("Directions of rank one need not be added to the parameters") {
  check_same<double>({}, 1e-13);
  check_same<double>({.antithetic = true}, 1e-13);
  check_same<float>({}, 1e-4);
}

TEST_CASE("Of one layer, or of one block alone") {
  check_same<double>({.only = {21, 72}}, 1e-13);  // the first layer of the body: 7 x 9 and 9
  check_same<double>({.only = {21, 63}}, 1e-13);  // its weights
  check_same<double>({.only = {84, 9}}, 1e-13);   // its bias
}

TEST_CASE("Of networks that draw, with noise of their own") {
  check_same<double>({}, 1e-13, {.count = 3, .seed = 4, .independent = true});
  check_same<double>({.antithetic = true}, 1e-13,
                     {.count = 3, .average = Average::network, .independent = true});
}

TEST_CASE("Directions of rank one give the same bits for any number of threads") {
  const auto theta = normal_theta<Net>();
  const Law<double, GaussianRadius, RankOneDirection> law({2.0}, RankOneDirection(parameter_blocks<Net>()),
                                                          5);
  const NonlocalKernel<Net, double> kernel(theta, law, 12, Estimator::energy, OutputMode::sum, false, 1);
  const Data x = normal_data(9 * simd::lanes<double> + 2, 3);
  const auto one = gram_of(kernel, x, 1);
  for (const int threads : {2, 3}) CHECK(gram_of(kernel, x, threads) == one);
}

TEST_CASE("The factors of a direction are as many as the rows and columns of its blocks") {
  const RankOneDirection all(parameter_blocks<Net>());
  CHECK(all.factor_count() == (7 + 3) + (9 + 7) + (9 + 1) + (7 + 9) + (7 + 1) + (2 + 7) + (2 + 1));
}
