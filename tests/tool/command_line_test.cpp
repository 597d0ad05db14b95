// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/tool/command_line.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "../../src/tool/kernel_options.hpp"
#include "../../src/tool/nonlocal_options.hpp"
#include "nntk/error.hpp"

namespace nntk::tool {

namespace {

Invocation parse(const std::vector<const char*>& words) { return parse_command_line("kernel", words); }

template <class Options>
Options parse_as(const std::vector<const char*>& words) {
  return std::get<Options>(std::get<Command>(parse(words).request));
}

}  // namespace

TEST_CASE("Every option of gram arrives") {
  const auto options = parse_as<GramOptions>({"gram",     "--x",
                                              "X.npy",    "--x2",
                                              "Z.npy",    "--kernel",
                                              "nntk",     "--outputs",
                                              "full",     "--samples",
                                              "64",       "--radius",
                                              "0.5",      "--interaction",
                                              "gaussian", "--direction",
                                              "gaussian", "--estimator",
                                              "unbiased", "--seed",
                                              "3",        "--standard-error",
                                              "S.npy",    "--threads",
                                              "2",        "--out",
                                              "-"});
  CHECK(options.x == "X.npy");
  CHECK(options.x2 == Path("Z.npy"));
  CHECK(options.outputs == OutputMode::full);
  CHECK(options.standard_error == Path("S.npy"));
  CHECK(options.out == "-");
  const NonlocalOptions nonlocal = nonlocal_of(options.kernel, {}, true);
  CHECK(kind_of(options.kernel) == KernelKind::nntk);
  CHECK(nonlocal.samples == 64);
  CHECK(nonlocal.radius == 0.5);
  CHECK(nonlocal.radius_law == RadiusLaw::gaussian);
  CHECK(nonlocal.direction == DirectionLaw::gaussian);
  CHECK(nonlocal.estimator == Estimator::unbiased);
  CHECK(nonlocal.seed == 3);
  CHECK(threads_of(options.kernel) == 2);
}

TEST_CASE("Every option of train arrives") {
  const auto options = parse_as<TrainOptions>({"train",
                                               "--x",
                                               "X.npy",
                                               "--y",
                                               "Y.npy",
                                               "--gradient",
                                               "nonlocal",
                                               "--steps",
                                               "7",
                                               "--seed",
                                               "3",
                                               "--samples",
                                               "64",
                                               "--radius",
                                               "0.5",
                                               "--order",
                                               "0.7",
                                               "--interaction",
                                               "riesz",
                                               "--direction",
                                               "coordinate",
                                               "--inner-radius",
                                               "0.01",
                                               "--antithetic",
                                               "--learning-rate",
                                               "0.25",
                                               "--task",
                                               "regression",
                                               "--threads",
                                               "2",
                                               "--out",
                                               "T.npy",
                                               "--json",
                                               "--loss",
                                               "cross-entropy",
                                               "--batch-size",
                                               "8",
                                               "--batch-seed",
                                               "9",
                                               "--x-test",
                                               "XT.npy",
                                               "--y-test",
                                               "YT.npy",
                                               "--checkpoint",
                                               "C",
                                               "--checkpoint-every",
                                               "10",
                                               "--resume",
                                               "R",
                                               "--record",
                                               "11",
                                               "--record-samples",
                                               "12",
                                               "--record-out",
                                               "R.csv",
                                               "--plot",
                                               "p.png"});
  CHECK((options.loss == Loss::cross_entropy && options.batch_size == 8 && options.batch_seed == 9));
  CHECK((options.x_test == Path("XT.npy") && options.y_test == Path("YT.npy")));
  CHECK((options.checkpoint == Path("C") && options.checkpoint_every == 10 && options.resume == Path("R")));
  CHECK((options.record == 11 && options.record_samples == 12 && options.record_out == Path("R.csv")));
  CHECK(options.plot == Path("p.png"));
  CHECK((options.x == "X.npy" && options.y == "Y.npy" && options.out == "T.npy" && options.json));
  CHECK((options.schedule.steps == 7 && options.schedule.learning_rate == 0.25));
  CHECK(options.task == Task::regression);
  CHECK_NOTHROW(require_consistent(options.kernel, {}));
  const NonlocalOptions nonlocal = nonlocal_of(options.kernel, {}, false);
  CHECK((nonlocal.samples == 64 && nonlocal.radius == 0.5 && nonlocal.inner_radius == 0.01));
  CHECK((nonlocal.radius_law == RadiusLaw::riesz && nonlocal.order == 0.7 && nonlocal.seed == 3));
  CHECK((nonlocal.direction == DirectionLaw::coordinate && nonlocal.antithetic));
  CHECK(threads_of(options.kernel) == 2);
}

TEST_CASE("Every option of spectrum arrives") {
  const auto options = parse_as<SpectrumOptions>({"spectrum", "--gram", "K.npy", "--y", "Y.npy", "--task",
                                                  "regression", "--ridge", "0.5", "--learning-curve", "10,30",
                                                  "--out", "-", "--json", "--plot", "p.svg"});
  CHECK((options.gram == Path("K.npy") && options.y == Path("Y.npy") && options.out == Path("-")));
  CHECK((options.task == Task::regression && options.ridge == 0.5 && options.json));
  CHECK(options.plot == Path("p.svg"));
  CHECK(options.learning_curve == std::vector<std::size_t>{10, 30});
}

TEST_CASE("Every option that dynamics alone has arrives") {
  const auto options = parse_as<DynamicsOptions>({"dynamics", "--x", "X.npy", "--y", "Y.npy", "--initial",
                                                  "network", "--momentum", "0.9", "--loss", "cross-entropy",
                                                  "--times", "0,2", "--plot", "p.pdf"});
  CHECK((options.initial == Initial::network && options.momentum == 0.9 &&
         options.loss == Loss::cross_entropy));
  CHECK((options.times == std::vector<double>{0, 2} && options.plot == Path("p.pdf")));
}

TEST_CASE("Train has no flag of the kernel's own") {
  for (const char* flag : {"--kernel", "--estimator", "--attention", "--temperature", "--anchors",
                           "--sketch-rows", "--standard-error"})
    CHECK_THROWS_WITH(parse({"train", flag, "1"}), Catch::Contains("unknown argument '" + std::string(flag)));
}

TEST_CASE("The displacements have the seed of the parameters unless they have their own") {
  CHECK(nonlocal_of(KernelOptions{.seed = 5}, {}, false).seed == 5);
  CHECK(nonlocal_of(KernelOptions{.seed = 5, .nonlocal_seed = 7}, {}, false).seed == 7);
}

TEST_CASE("What is not said has its default") {
  const auto options = parse_as<PredictOptions>({"predict", "--x", "a", "--y", "b", "--x-test", "c"});
  CHECK(options.ridge == 1e-6);
  CHECK_FALSE(options.task.has_value());
  CHECK_FALSE(options.y_test.has_value());
  CHECK(kind_of(options.kernel) == KernelKind::ntk);
  const auto spectrum = parse_as<SpectrumOptions>({"spectrum", "--x", "a"});
  CHECK((spectrum.ridge == 1e-6 && spectrum.learning_curve.empty()));
  CHECK_FALSE((spectrum.y.has_value() || spectrum.task.has_value()));
  const auto training = parse_as<TrainOptions>({"train", "--x", "a", "--y", "b", "--out", "c"});
  CHECK((training.schedule.steps == 100 && training.schedule.learning_rate == 0.1));
  CHECK((training.gradient == Gradient::local && training.schedule.momentum == 0));
  const auto bench = parse_as<BenchOptions>({"bench"});
  CHECK((bench.samples_count == 1536 && bench.samples == 256));
}

TEST_CASE("Quiet stands before or behind the command") {
  CHECK(parse({"--quiet", "info"}).is_quiet);
  CHECK(parse({"info", "--quiet"}).is_quiet);
  CHECK_FALSE(parse({"info"}).is_quiet);
}

TEST_CASE("Help and version are text to print") {
  for (const char* command : {"info", "init", "gram", "spectrum", "predict", "train", "dynamics", "bench"}) {
    const auto help = std::get<std::string>(parse({command, "--help"}).request);
    CHECK(help.find("Usage: kernel " + std::string(command)) != std::string::npos);
  }
  CHECK(std::get<std::string>(parse({"--version"}).request).find("nntk") != std::string::npos);
}

TEST_CASE("A mistake is told in one sentence that says where to read on") {
  CHECK_THROWS_WITH(parse({}), Catch::Contains("expected a command: info, init"));
  CHECK_THROWS_WITH(parse({"grma"}), Catch::Contains("unknown command 'grma'"));
  CHECK_THROWS_WITH(parse({"gram", "--foo"}), "unknown argument '--foo' (see kernel gram --help)");
  CHECK_THROWS_WITH(parse({"gram", "--x", "X"}), "--out is required (see kernel gram --help)");
  CHECK_THROWS_WITH(parse({"info", "extra"}), Catch::Contains("extra"));
  CHECK_THROWS_WITH(parse({"gram", "--kernel", "foo"}),
                    "--kernel: expected ntk|nntk|nngp|ntk-infinite, found 'foo'");
  CHECK_THROWS_WITH(parse({"train", "--gradient", "own"}),
                    "--gradient: expected local|nonlocal, found 'own'");
  CHECK_THROWS_AS(parse({"gram", "--x"}), UsageError);
  CHECK_THROWS_AS(parse({"gram", "--x", "a", "--x", "b", "--out", "c"}), UsageError);
  CHECK_THROWS_AS(parse({"info", "bench"}), UsageError);
  CHECK_THROWS_AS(parse({"gram", "--x", "", "--out", "c"}), UsageError);
}

TEST_CASE("Options that contradict each other are refused") {
  Description network;
  network.has_infinite_width = true;
  const auto refuses = [&](const KernelOptions& options) {
    CHECK_THROWS_AS(require_consistent(options, network), UsageError);
  };
  CHECK_NOTHROW(require_consistent({}, network));
  refuses({.theta = "T.npy", .seed = 1});
  refuses({.kernel = KernelKind::nngp, .seed = 1});
  refuses({.kernel = KernelKind::ntk_infinite, .theta = "T.npy"});
  refuses({.samples = 5});
  refuses({.kernel = KernelKind::ntk, .nonlocal_seed = 5});
  refuses({.antithetic = true});
  CHECK_THROWS_AS(require_consistent({.kernel = KernelKind::nngp}, Description{}), UsageError);
}

}  // namespace nntk::tool
