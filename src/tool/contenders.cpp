// SPDX-License-Identifier: BSD-3-Clause
#include "contenders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <numbers>
#include <random>

#include "dynamic/jet_network.hpp"
#include "dynamic/network.hpp"
#include "dynamic/nonlocal.hpp"
#include "interruption.hpp"
#include "nntk/expr/tile.hpp"

namespace nntk::tool {

namespace {

/// Forward mode costs about n P² multiply-adds, P/16 passes of 16 directions: more than this takes too long.
constexpr double most_jet_work = 5e9;

double jet_work(const Work& work) {
  const auto parameters = static_cast<double>(work.description.parameter_count);
  return static_cast<double>(work.n) * parameters * parameters;
}

/// Entries of weight matrices: multiply-adds of a forward sweep.
double count_weights(std::span<const LayerDescription> layers) {
  double count = 0;
  for (const auto& layer : layers) {
    for (const auto& block : layer.blocks)
      if (block.shape.size() == 2) count += static_cast<double>(block.shape[0] * block.shape[1]);
    count += count_weights(layer.children);
  }
  return count;
}

/// Units whose slope jumps at 0.
double count_kinked(std::span<const LayerDescription> layers) {
  constexpr double beside = 1e-12, jump = 1e-6;
  double count = 0;
  for (const auto& layer : layers) {
    if (const auto slope = layer.activation_derivative; slope != nullptr)
      if (std::abs(slope(beside) - slope(-beside)) > jump) count += static_cast<double>(layer.out);
    count += count_kinked(layer.children);
  }
  return count;
}

/// How many inputs have a unit within `rounding` deviations of a kink: five deviations more than the mean of
/// their number, units being normal.
std::size_t count_inputs_at_kinks(const Work& work, double rounding) {
  const double density = std::sqrt(2 / std::numbers::pi);
  const double mean =
      density * rounding * static_cast<double>(work.n) * count_kinked(work.description.layers);
  return static_cast<std::size_t>(mean + 5 * std::sqrt(mean));
}

std::size_t count_values(const Work& work) {
  return work.n * work.n * entries_of(work.outputs, work.description.outputs);
}

std::vector<Contender> make_fixed(const Work& work) {
  auto out = std::make_shared<AlignedBuffer<double>>(count_values(work));
  const std::shared_ptr evaluation = work.program.prepare({.kernel = work.kernel,
                                                           .outputs = work.outputs,
                                                           .theta = work.theta,
                                                           .nonlocal = work.nonlocal,
                                                           .x = {work.x, work.n},
                                                           .x2 = {}});
  const auto evaluate = [out, evaluation] { evaluation->run({*out}, Interruption::permits); };
  const auto result = [out] { return std::vector<double>(out->begin(), out->end()); };
  const auto [sweeps, all] = count_multiply_adds(work);
  std::vector<Contender> contenders{{"fixed", evaluate, result, all}};
  if (evaluation->keeps_features())
    contenders.push_back(
        {"sweeps", [evaluation] { evaluation->prepare(Interruption::permits); }, {}, sweeps});
  return contenders;
}

template <class Real>
dynamic::Displacements<Real> displacements_of(const Work& work) {
  const auto draw = [&work](std::size_t sample, std::span<Real> displacement) {
    std::vector<double> drawn(displacement.size());
    const double squared_norm = work.program.displace(work.nonlocal, sample, drawn);
    std::ranges::transform(drawn, displacement.begin(),
                           [](double value) { return static_cast<Real>(value); });
    return static_cast<Real>(squared_norm);
  };
  return {work.nonlocal.samples, draw};
}

/// The twin with its own copies of the data, in its own precision.
template <class Real>
struct Twin {
  Twin(const Work& work_, dynamic::Products products)
      : work(work_),
        network(work.description.layers, 1, products),
        theta(work.theta.begin(), work.theta.end()),
        x(work.x.begin(), work.x.end()),
        out(count_values(work)) {}

  void evaluate() {
    if (work.kernel == KernelKind::ntk)
      network.gram(theta, x, {}, work.outputs, out);
    else
      std::ranges::copy(
          dynamic::nonlocal_gram<Real>(network, theta, x, {}, work.outputs, displacements_of<Real>(work)),
          out.begin());
  }

  const Work& work;
  dynamic::DynamicNetwork<Real> network;
  std::vector<Real> theta, x;
  AlignedBuffer<Real> out;
};

template <class Real>
Contender make_twin(const Work& work, const std::string& name, dynamic::Products products) {
  auto twin = std::make_shared<Twin<Real>>(work, products);
  return {name, [twin] { twin->evaluate(); },
          [twin] { return std::vector<double>(twin->out.begin(), twin->out.end()); },
          count_multiply_adds(work).all};
}

/// BLAS over whole matrices, and over tiles; the nonlocal kernel has one product, always tiled.
template <class Real>
std::vector<Contender> make_twins(const Work& work) {
  using dynamic::Products;
  if (work.kernel == KernelKind::nntk) return {make_twin<Real>(work, "dynamic", Products::tiled)};
  return {make_twin<Real>(work, "dynamic", Products::whole), make_twin<Real>(work, "tiled", Products::tiled)};
}

Contender make_jets(const Work& work) {
  auto network = std::make_shared<dynamic::JetNetwork>(work.description.layers);
  auto out = std::make_shared<std::vector<double>>();
  const auto evaluate = [&work, network, out] { *out = network->gram(work.theta, work.x, {}, work.outputs); };
  return {"jets", evaluate, [out] { return *out; }, count_multiply_adds(work).all, 3};
}

}  // namespace

Work make_work(const Program& program, KernelKind kernel, std::size_t n, std::size_t samples,
               OutputMode outputs) {
  Work work{program, program.describe(), kernel, {.samples = samples}, n, outputs, {}, {}};
  work.theta.resize(work.description.parameter_count);
  program.initialise(0, work.theta);
  work.x.resize(n * work.description.inputs);
  std::mt19937_64 engine;
  std::normal_distribution<double> normal;
  // Rounded, so that single precision gets the very same inputs.
  std::ranges::generate(work.x, [&] { return static_cast<double>(static_cast<float>(normal(engine))); });
  return work;
}

MultiplyAdds count_multiply_adds(const Work& work) {
  const Description& network = work.description;
  const auto n = static_cast<double>(work.n), pairs = 0.5 * n * (n + 1);
  const bool is_full = work.outputs == OutputMode::full;
  if (work.kernel == KernelKind::ntk) {
    const double sweeps = 0.5 * n * network.flops_per_sample;
    return {sweeps, sweeps + 0.5 * pairs * (is_full ? network.flops_per_full_pair : network.flops_per_pair)};
  }
  const auto samples = static_cast<double>(work.nonlocal.samples);
  const auto outputs = static_cast<double>(network.outputs);
  const double sweeps = n * (samples + 1) * count_weights(network.layers);
  return {sweeps, sweeps + pairs * samples * (is_full ? outputs * outputs : outputs)};
}

Difference tolerance_of(const Work& work) {
  const bool is_single = work.description.scalar == "f32";
  const double local = is_single ? 4e-6 : 1e-12;
  const double rounding = 16 * (is_single ? double{std::numeric_limits<float>::epsilon()}
                                          : std::numeric_limits<double>::epsilon());
  if (work.kernel == KernelKind::ntk) return {local, count_inputs_at_kinks(work, rounding)};
  // A difference f(θ+δ) − f(θ) is about ‖δ‖/√P of f, and has the rounding error of f.
  const auto parameters = static_cast<double>(work.description.parameter_count);
  return {std::max(local, rounding * std::sqrt(parameters) / work.nonlocal.radius)};
}

std::vector<Contender> make_contenders(const Work& work) {
  const bool is_single = work.description.scalar == "f32";
  std::vector<Contender> contenders = make_fixed(work);
  std::ranges::move(is_single ? make_twins<float>(work) : make_twins<double>(work),
                    std::back_inserter(contenders));
  if (explain_missing_jets(work).empty()) contenders.push_back(make_jets(work));
  return contenders;
}

std::string explain_missing_jets(const Work& work) {
  if (work.kernel != KernelKind::ntk) return "jets: forward mode has derivatives, and the nntk asks for none";
  if (jet_work(work) <= most_jet_work) return "";
  return fmt::format("jets: left out, n P^2 = {:.1e} multiply-adds are more than {:.0e}", jet_work(work),
                     most_jet_work);
}

}  // namespace nntk::tool
