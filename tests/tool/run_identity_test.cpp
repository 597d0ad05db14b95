// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/run_identity.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tool/linear_program.hpp"

namespace nntk::tool {

namespace {

/// What a run is told by, one part of which a test changes.
struct Run {
  Description description = test::LinearProgram(2, 1).describe();
  TrainOptions options;
  Examples data{.x = {{2, 2}, {1, 2, 3, 4}}, .y = {{2}, {5, 6}}, .x_test = {}, .y_test = {}};
  NonlocalOptions nonlocal;
  Realisations realisations;
  std::vector<double> theta{1, 2};

  [[nodiscard]] RunIdentity identity() const {
    return identify(description, options, data, nonlocal, realisations, theta);
  }
};

/// The names of what is not the same as in an unchanged run.
template <class Change>
std::vector<std::string> changed_by(const Change& change, Gradient gradient = Gradient::local) {
  Run run;
  run.options.gradient = gradient;
  const RunIdentity before = run.identity();
  change(run);
  std::vector<std::string> names;
  for (const auto& [name, value] : run.identity())
    if (!before.contains(name) || before.at(name) != value) names.push_back(name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A run is told by its network, its data and its start") {
  CHECK(changed_by([](Run&) {}).empty());
  CHECK(changed_by([](Run& run) { run.data.x.values[3] = std::nextafter(4, 5); }) == Names{"x"});
  CHECK(changed_by([](Run& run) { run.data.y.values[0] = -5; }) == Names{"y"});
  CHECK(changed_by([](Run& run) { run.data.x_test = run.data.x; }) == Names{"x-test"});
  CHECK(changed_by([](Run& run) { run.theta[0] = 0; }) == Names{"theta at the start"});
  CHECK(changed_by([](Run& run) { run.description.scalar = "f32"; }) == Names{"the network"});
  CHECK(changed_by([](Run& run) { run.description.layers[1].name = "Other"; }) == Names{"the network"});
  CHECK(changed_by([](Run& run) { run.description.layers[1].weight_scale = 2; }) == Names{"the network"});
  CHECK(changed_by([](Run& run) { run.description.layers[1].activation = [](double x) { return x; }; }) ==
        Names{"the network"});
}

TEST_CASE("A run is told by the flags that its steps depend on, and by no other") {
  CHECK(changed_by([](Run& run) { run.options.schedule.learning_rate = 0.2; }) == Names{"--learning-rate"});
  CHECK(changed_by([](Run& run) { run.options.schedule.momentum = 0.2; }) == Names{"--momentum"});
  CHECK(changed_by([](Run& run) { run.options.loss = Loss::cross_entropy; }) == Names{"--loss"});
  CHECK(changed_by([](Run& run) { run.options.batch_size = 1; }) == Names{"--batch-seed", "--batch-size"});
  CHECK(changed_by([](Run& run) { run.realisations.count = 3; }) == Names{"--realisations"});
  CHECK(changed_by([](Run& run) { run.options.schedule.steps = 7; }).empty());
  CHECK(changed_by([](Run& run) { run.options.kernel.threads = 7; }).empty());
  CHECK(changed_by([](Run& run) { run.options.checkpoint_every = 7; }).empty());
  CHECK(changed_by([](Run& run) { run.options.record = 7; }) == Names{"--record", "--steps"});
}

TEST_CASE("Displacements tell runs by the nonlocal gradient apart, not those by the local one") {
  const auto other_radius = [](Run& run) { run.nonlocal.radius = 7; };
  CHECK(changed_by(other_radius).empty());
  CHECK(changed_by(other_radius, Gradient::nonlocal) == Names{"--radius"});
  CHECK(changed_by([](Run& run) { run.nonlocal.only = {0, 1}; }, Gradient::nonlocal) == Names{"--layer"});
  CHECK(changed_by([](Run& run) { run.nonlocal.seed = 7; }, Gradient::nonlocal) == Names{"--nonlocal-seed"});
}

}  // namespace nntk::tool
