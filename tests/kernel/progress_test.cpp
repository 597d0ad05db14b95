// SPDX-License-Identifier: BSD-3-Clause
//
// What the Gram scheduler tells while it runs, and that it stops when asked to.
#include <algorithm>
#include <catch2/catch.hpp>

#include "nntk/kernel/gram.hpp"
#include "support/gram.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Net = Network<Input<2>, Dense<3>, Relu, Dense<1>>;
using Kernel = LocalKernel<Net, double, tangent::Reduction::trace>;

struct Run {
  std::vector<double> theta = normal_theta<Net>();
  Kernel kernel{theta.data(), OutputMode::sum};
  Data x = normal_data(10 * simd::lanes<double>, Net::inputs);
  std::vector<double> out = std::vector<double>(x.count() * x.count());

  void operator()(int threads, const Progress& progress) {
    Gram(kernel, x.inputs(), {}, threads).run(out.data(), progress);
  }
};

}  // namespace

TEST_CASE("Progress rises from 0 to 1") {
  std::vector<double> told;
  Run run;
  run(1, [&](double part) {
    told.push_back(part);
    return true;
  });
  REQUIRE(told.size() >= 10);
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told.front() > 0);
  CHECK(told.front() < 0.2);
  CHECK(told.back() == 1);
}

TEST_CASE("Progress stays within 0 and 1 for any number of threads") {
  for (const int threads : {2, 4}) {
    Run run;
    std::vector<double> told;
    run(threads, [&](double part) {
      told.push_back(part);
      return true;
    });
    CHECK(std::all_of(told.begin(), told.end(), [](double part) { return part > 0 && part <= 1; }));
    CHECK(run.out == local_gram<Net, double>(run.theta, OutputMode::sum, run.x));
  }
}

TEST_CASE("A progress that says false stops the run with Interrupted") {
  for (const double until : {0.0, 0.6}) {
    Run run;
    std::size_t calls_after = 0;
    const auto stop = [&](double part) {
      calls_after += part > until;
      return part <= until;
    };
    CHECK_THROWS_AS(run(1, stop), Interrupted);
    CHECK(calls_after == 1);
  }
}

TEST_CASE("A Gram scheduler that was stopped runs again") {
  Run run;
  Gram gram(run.kernel, run.x.inputs(), {}, 1);
  CHECK_THROWS_AS(gram.run(run.out.data(), [](double) { return false; }), Interrupted);
  gram.run(run.out.data());
  CHECK(run.out == local_gram<Net, double>(run.theta, OutputMode::sum, run.x));
}
