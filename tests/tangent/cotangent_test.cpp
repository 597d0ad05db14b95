// SPDX-License-Identifier: BSD-3-Clause
//
// The structure that a cotangent keeps, and what the chain leaves of each layer, known at compile time.
#include "nntk/tangent/cotangent.hpp"

#include <catch2/catch.hpp>

#include "nntk/tangent/local.hpp"

namespace {

using namespace nntk;
using namespace nntk::tangent;

using Net = Network<Input<8>, Dense<16>, Relu, Dense<32>, Tanh, Dense<4>>;
using Traced = Local<Net, double, Reduction::trace>;
using Each = Local<Net, double, Reduction::outputs>;

}  // namespace

TEST_CASE("A cotangent is the identity at the output, then weights, then weighted, then full or gated") {
  constexpr auto forms = forms_of(Net::Stages{}, Form::identity);
  CHECK(forms ==
        std::array{Form::full, Form::gated, Form::full, Form::weighted, Form::weights, Form::identity});
}

TEST_CASE("A stage knows whether its cotangent is wanted and which of its neighbours are sparse gates") {
  using Stages = Network<Input<3>, TopK<1>, Dense<4>, Relu, Dropout<0.4>, Dense<4>, Tanh, Dense<3>>::Stages;
  using Context = LocalContext<double, 3, Reduction::trace>;
  using Whole = Chain<Stages, Context, Form::identity>;
  const auto is = [](Surroundings here, bool wanted, bool behind, bool before) {
    return here.wanted == wanted && here.sparse_behind == behind && here.sparse_before == before;
  };
  CHECK(is(Whole::surroundings(1, false), false, true, true));
  CHECK(is(Whole::surroundings(1, true), true, true, true));
  CHECK(is(Whole::surroundings(4, false), true, false, false));
  CHECK(is(Whole::surroundings(6, false), true, false, false));
}

namespace {

template <class... Layers>
constexpr bool is_gated = Chain<typename Network<Input<4>, Layers...>::Stages,
                                LocalContext<double, Network<Input<4>, Layers...>::outputs, Reduction::trace>,
                                Form::identity>::is_gated(false);

}  // namespace

TEST_CASE(
    "Products pass over closed units next to sparse gates, where they are wanted, of three outputs or more") {
  CHECK(is_gated<Dense<4>, Relu, Dense<4>, Tanh, Dense<3>>);
  CHECK(is_gated<Dense<4>, Residual<1.0, Dense<4>, TopK<2>, Dense<4>>>);
  CHECK_FALSE(is_gated<Dense<4>, Relu, Dense<4>, Relu, Dense<2>>);  // two outputs
  CHECK_FALSE(is_gated<Dense<4>, Relu, Dense<3>>);  // nothing wants the first's, e_o the last's
  CHECK_FALSE(is_gated<Dense<4>, Abs, Dense<4>, TopK<3>, Dense<4>, Dropout<0.4>, Dense<3>>);
}

TEST_CASE("A gate is sparse where half of its slopes or more are 0") {
  CHECK((Relu::is_sparse(4) && Rectified<0.0, 2.0>::is_sparse(4) && LeakyReluOf<0.0>::is_sparse(4)));
  CHECK((TopK<2>::is_sparse(4) && Largest<2>::is_sparse(4) && Dropout<0.5>::is_sparse(4)));
  CHECK_FALSE((TopK<3>::is_sparse(4) || Largest<1>::is_sparse(4) || Dropout<0.4>::is_sparse(4)));
  CHECK_FALSE((Tanh::is_sparse(4) || Rectified<1.0, 2.0>::is_sparse(4) || LeakyRelu::is_sparse(4)));
}

TEST_CASE("Features are sparse where a gate of the network is, or one in a branch of a branch") {
  const auto has = []<class... Layer>(Layer... /*layers*/) {
    return holds_sparse_gate<typename Network<Input<4>, Layer..., Dense<2>>::Stages>;
  };
  CHECK(has(Dense<4>{}, Relu{}));
  CHECK(has(Residual<1.0, Dense<4>, Residual<1.0, Dense<4>, TopK<2>>>{}));
  CHECK_FALSE(has(Dense<4>{}, Tanh{}, Residual<1.0, Dense<4>, Abs>{}));
}

TEST_CASE("A branch at the output makes the cotangent full, an activation makes it gated") {
  using Branched = Network<Input<3>, Dense<3>, Residual<1.0, Dense<3>>, Dense<2>>;
  using Active = Network<Input<3>, Dense<3>, Tanh>;
  CHECK(forms_of(Branched::Stages{}, Form::identity)[1] == Form::full);
  CHECK(forms_of(Active::Stages{}, Form::identity)[1] == Form::gated);
}

TEST_CASE("A factor holds its layer's input, and a cotangent only where one is needed") {
  STATIC_REQUIRE(Traced::factors.size() == 3);
  CHECK(Traced::factors[0].a_rows == 8);
  CHECK(Traced::factors[0].b_rows == 4 * 16);  // full: every output
  CHECK(Traced::factors[1].b_rows == 32);      // weighted: one vector for the trace
  CHECK(Traced::factors[2].identity);
  CHECK(Traced::factors[2].a_rows == 32);
  CHECK(Traced::factors[2].bias_square() == Approx(0.01));
  CHECK(Each::factors[1].b_rows == 32);  // of each output
  CHECK(Each::feature_rows == Traced::feature_rows + 3 * 32);
}

TEST_CASE("Factors lie one behind the other in the features") {
  STATIC_REQUIRE(Traced::feature_rows == (8 + 64) + (16 + 32) + 32);
  CHECK(Traced::factors[0].a_row == 0);
  CHECK(Traced::factors[0].b_row == 8);
  CHECK(Traced::factors[1].a_row == 72);
  CHECK(Traced::factors[1].b_row == 88);
  CHECK(Traced::factors[2].a_row == 120);
}

TEST_CASE("The local tangent's costs count what the sweeps and a pair multiply") {
  // Forward: every weight and bias once. Back: nothing through the last layer, 4 · 16 · 32 through the middle
  // one, half of which the Relu before it does not ask for, a slope for 32 weighted and 4 · 16 full rows.
  const double forward = 8 * 16 + 16 + 16 * 32 + 32 + 32 * 4 + 4;
  CHECK(Traced::sample_cost.multiply_adds == forward + 4 * 16 * 32 / 2 + 32 + 4 * 16);
  CHECK(Traced::pair_cost.multiply_adds == (8 + 64 + 1) + (16 + 32 + 1) + (32 + 1));
  CHECK(Each::pair_cost.multiply_adds == (8 + 16 * 16 + 1) + (16 + 16 * 32 + 1) + (32 + 1));
}
