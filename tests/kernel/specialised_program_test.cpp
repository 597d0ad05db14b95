// SPDX-License-Identifier: BSD-3-Clause
//
// An architecture behind its run-time interface: what it tells of itself, its initial law, its outputs, and
// every kernel in every mode.
#include "nntk/tool/specialised_program.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/jacobians.hpp"
#include "support/nonlocal_gram.hpp"
#include "support/tolerance.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;
using namespace nntk::tool;

using Net = Network<Input<3>, Dense<5>, Tanh, Residual<0.5, Dense<5, Scale{2.0, 0.0}>>,
                    Dense<2, Scale{1.0, 0.5}, Parameterisation::standard>>;

const SpecialisedProgram<Net, double> program;
const SpecialisedProgram<Net, float> program_f32;

struct Request {
  Data x = normal_data(5, 3);
  std::vector<double> theta = normal_theta<Net>(), out, error;
  GramRequest request;

  Request(KernelKind kernel, OutputMode mode, bool with_error = false) : out(25 * entries_of(mode, 2)) {
    if (with_error) error.resize(out.size());
    request.kernel = kernel, request.outputs = mode, request.theta = theta;
    request.x = {x.values, 5}, request.with_error = with_error;
  }
  const std::vector<double>& run(const Program& with) {
    with.gram(request, {.values = out, .errors = error});
    return out;
  }
};

constexpr std::array all_modes{OutputMode::sum, OutputMode::mean, OutputMode::full, OutputMode::diagonal};

}  // namespace

TEST_CASE("A program describes its layers, their children and scales") {
  const Description description = program.describe();
  REQUIRE(description.layers.size() == 5);
  const auto& [input, first, tanh, residual, last] =
      std::tie(description.layers[0], description.layers[1], description.layers[2], description.layers[3],
               description.layers[4]);
  CHECK((input.name == "Input" && input.in == 3 && input.out == 3));
  CHECK((first.name == "Dense" && first.in == 3 && first.out == 5 && first.weight_scale == 1 &&
         first.bias_scale == 0.1));
  CHECK((tanh.name == "Tanh" && tanh.activation(0.5) == std::tanh(0.5)));
  CHECK(tanh.activation_derivative(0.0) == 1);
  CHECK((residual.name == "Residual" && residual.branch_scale == 0.5));
  REQUIRE(residual.children.size() == 1);
  CHECK((residual.children[0].weight_scale == 2 && residual.children[0].bias_scale == 0));
  CHECK(last.standard_parameterisation);
  CHECK_FALSE(first.standard_parameterisation);
}

TEST_CASE("A program's blocks are named by their layer's place, and tile θ") {
  const Description description = program.describe();
  std::vector<BlockDescription> blocks;
  const auto collect = [&](const auto& self, const std::vector<LayerDescription>& layers) -> void {
    for (const LayerDescription& layer : layers) {
      blocks.insert(blocks.end(), layer.blocks.begin(), layer.blocks.end());
      self(self, layer.children);
    }
  };
  collect(collect, description.layers);
  std::size_t next = 0;
  std::string names;
  for (const BlockDescription& block : blocks) {
    CHECK(block.offset == next);
    next += block.shape.size() == 2 ? block.shape[0] * block.shape[1] : block.shape[0];
    names += block.name + " ";
  }
  CHECK(names == "1.weight 1.bias 4.weight 5.weight 5.bias ");
  CHECK(next == description.parameter_count);
  CHECK(description.parameter_count == Net::parameter_count);
}

TEST_CASE("A program tells its numbers") {
  const Description description = program.describe();
  CHECK((description.inputs == 3 && description.outputs == 2));
  CHECK((description.scalar == "f64" && program_f32.describe().scalar == "f32"));
  CHECK(description.lanes == simd::lanes<double>);
  CHECK(program_f32.describe().lanes == simd::lanes<float>);
  CHECK((description.workspace_bytes > 0 && description.feature_bytes_per_sample > 0));
  CHECK((description.flops_per_sample > 0 && description.flops_per_pair > 0));
  CHECK(description.has_infinite_width);
}

TEST_CASE("A program's initial parameters are those of the architecture") {
  std::vector<double> theta(Net::parameter_count);
  program.initialise(7, theta);
  CHECK(theta == initial_parameters<Net>(7));
}

TEST_CASE("Evaluate gives the outputs of every sample") {
  const Data x = normal_data(2 * simd::lanes<double> + 1, 3);
  const auto theta = normal_theta<Net>();
  std::vector<double> out(x.count() * 2), out_f32(x.count() * 2);
  program.evaluate(theta, {}, {x.values, x.count()}, out);
  program_f32.evaluate(theta, {}, {x.values, x.count()}, out_f32);
  for (std::size_t i = 0; i < x.count(); ++i) {
    const std::vector<double> input(x.sample(i).begin(), x.sample(i).end());
    const auto expected = tangent::output<Net>(std::span<const double>(theta), input);
    for (std::size_t o = 0; o < 2; ++o) {
      CHECK(std::abs(out[i * 2 + o] - expected[o]) <= local_f64 * (1 + std::abs(expected[o])));
      CHECK(std::abs(out_f32[i * 2 + o] - expected[o]) <= local_f32 * (1 + std::abs(expected[o])));
    }
  }
}

TEST_CASE("The local kernel of a program is the product of Jacobians in every mode and scalar") {
  for (const OutputMode mode : all_modes) {
    Request request(KernelKind::ntk, mode);
    const Jacobians oracle = dual_jacobians<Net>(request.theta, request.x);
    CHECK(worst_error(request.run(program), oracle, oracle, mode) <= local_f64);
    CHECK(worst_error(request.run(program_f32), oracle, oracle, mode) <=
          2 * local_f32);  // θ and x are rounded too
  }
}

TEST_CASE("The nonlocal kernel of a program is that of the library, with its error") {
  const auto law = law_of<tangent::FixedRadius, tangent::RademacherDirection>(0.1, 42);
  for (const OutputMode mode : all_modes) {
    Request request(KernelKind::nntk, mode, true), alone(KernelKind::nntk, mode);
    request.request.nonlocal.samples = alone.request.nonlocal.samples = 40;
    request.request.nonlocal.seed = alone.request.nonlocal.seed = 42;
    const Estimate expected = nonlocal_gram<Net>(request.theta, law, 40, Estimator::energy, request.x, mode);
    CHECK(request.run(program) == expected.value);
    CHECK(request.error == expected.error);
    CHECK(alone.run(program) == expected.value);
  }
}

TEST_CASE("A program tells the displacement that its nonlocal kernel uses") {
  for (const RadiusLaw radius : {RadiusLaw::fixed, RadiusLaw::gaussian}) {
    for (const DirectionLaw direction : {DirectionLaw::gaussian, DirectionLaw::rademacher}) {
      NonlocalOptions options;
      options.radius = 0.3, options.radius_law = radius, options.direction = direction, options.seed = 5;
      std::vector<double> delta(Net::parameter_count);
      const double square = program.displace(options, 3, delta);
      CHECK(square == Approx(dot(delta, delta)).epsilon(1e-13));
      CHECK((std::abs(square - 0.09) <= 1e-14) == (radius == RadiusLaw::fixed));
    }
  }
}

TEST_CASE("The infinite-width kernels of a program are those of the library") {
  for (const OutputMode mode : all_modes) {
    Request nngp(KernelKind::nngp, mode), ntk(KernelKind::ntk_infinite, mode);
    CHECK(nngp.run(program) == gram_of(InfiniteKernel<Net, double>(InfiniteKind::nngp, mode), nngp.x));
    CHECK(ntk.run(program) == gram_of(InfiniteKernel<Net, double>(InfiniteKind::ntk, mode), ntk.x));
  }
}

TEST_CASE("The descent of a program is that of its architecture, in its scalar") {
  const Request of(KernelKind::ntk, OutputMode::sum);
  const Data y = normal_data(5, 2, 4);
  const DescentRequest request{.x = {of.x.values, 5}, .y = y.values, .nonlocal = {}, .is_stopped = {}};
  CHECK(program.prepare_descent(request)->loss(of.theta) ==
        SpecialisedDescent<Net, double>(request).loss(of.theta));
  CHECK(program_f32.prepare_descent(request)->loss(of.theta) ==
        SpecialisedDescent<Net, float>(request).loss(of.theta));
}

TEST_CASE(
    "Threads beyond those that have a hundredth of a millisecond's work are left out, of a local kernel") {
  using Narrow = Network<Input<2>, Dense<16>, Relu, Dense<16>, Relu, Dense<1>>;
  using Wide = Network<Input<64>, Dense<256>, Relu, Dense<10>>;
  const std::vector<double> narrow(Narrow::parameter_count), wide(Wide::parameter_count);
  const Ntk<Narrow> one(narrow.data(), OutputMode::sum);
  const Ntk<Narrow> many(narrow.data(), OutputMode::sum, {.count = 16, .average = Average::network});
  CHECK(busy_threads(one, 64) == 1);
  CHECK(busy_threads(one, 1024) > 64);
  CHECK(busy_threads(many, 64) > 64);
  CHECK(busy_threads(Ntk<Wide>(wide.data(), OutputMode::sum), 64) > 2);
  CHECK(busy_threads(InfiniteKernel<Narrow, double>(InfiniteKind::ntk, OutputMode::sum), 2) > 1000);
}
