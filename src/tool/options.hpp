// SPDX-License-Identifier: BSD-3-Clause
//
// What each command was asked to do. An optional is empty where the user said nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <variant>
#include <vector>

#include "nntk/tool/program.hpp"
#include "training.hpp"

namespace nntk::tool {

using Path = std::filesystem::path;

/// Whether θ and θ + δ have the same noise.
enum class NoiseSharing { common, independent };

/// Which kernel, at which parameters.
struct KernelOptions {
  std::optional<KernelKind> kernel = {};
  std::optional<Path> theta = {};
  std::optional<std::uint64_t> seed = {};
  std::optional<std::size_t> samples = {};
  std::optional<double> radius = {};
  std::optional<RadiusLaw> interaction = {};
  std::optional<double> order = {}, inner_radius = {};
  std::optional<DirectionLaw> direction = {};
  std::optional<std::size_t> layer = {};
  std::optional<AttentionKind> attention = {};
  std::optional<double> temperature = {};
  std::optional<Path> anchors = {};
  std::optional<std::size_t> sketch_rows = {};
  bool antithetic = false;
  std::optional<Estimator> estimator = {};
  std::optional<std::uint64_t> nonlocal_seed = {};
  std::optional<std::size_t> realisations = {};
  std::optional<Average> average = {};
  std::optional<NoiseSharing> noise = {};
  std::optional<std::uint64_t> noise_seed = {};
  std::optional<std::size_t> threads = {};
};

struct InfoOptions {
  bool json = false;
};

struct InitOptions {
  std::uint64_t seed = 0;
  Path out;
};

struct GramOptions {
  KernelOptions kernel;
  Path x;
  std::optional<Path> x2;
  OutputMode outputs = OutputMode::mean;
  std::optional<Path> standard_error;
  Path out;
};

enum class Task { classification, regression };

struct SpectrumOptions {
  KernelOptions kernel;
  std::optional<Path> x, gram, y, out, plot;
  double ridge = 1e-6;
  std::optional<Task> task;
  std::vector<std::size_t> learning_curve;  ///< numbers of training examples
  bool json = false;
};

/// How the equations of a ridge regression are solved.
enum class Solver { cholesky, conjugate_gradients };

struct PredictOptions {
  KernelOptions kernel;
  Path x, y, x_test;
  std::optional<Path> y_test, out;
  double ridge = 1e-6;
  Solver solver = Solver::cholesky;
  std::optional<std::size_t> landmarks;
  std::optional<Task> task;
  bool json = false;
};

struct TrainOptions {
  KernelOptions kernel = {.kernel = KernelKind::nntk};  ///< parameters and displacements, as of this kernel
  Gradient gradient = Gradient::local;
  Loss loss = Loss::squared;
  Path x, y, out;
  Schedule schedule;
  std::optional<std::size_t> batch_size;
  std::optional<std::uint64_t> batch_seed;
  std::optional<Path> x_test, y_test;
  std::optional<Path> checkpoint, resume;
  std::optional<std::size_t> checkpoint_every;
  std::optional<std::size_t> record, record_samples;
  std::optional<Path> record_out, plot;
  std::optional<Task> task;
  bool json = false;
};

/// What a gradient flow starts from: the mean of the targets, for labels all classes alike; zero; or the
/// outputs of the network at its parameters.
enum class Initial { mean, zero, network };

struct DynamicsOptions {
  KernelOptions kernel;
  Path x, y;
  std::optional<Path> x_test, y_test, out, plot;
  Loss loss = Loss::squared;
  Initial initial = Initial::mean;
  double momentum = 0;
  std::vector<double> times;  ///< empty: chosen by the spectrum
  std::optional<Task> task;
  bool json = false;
};

struct BenchOptions {
  KernelKind kernel = KernelKind::ntk;
  std::size_t samples_count = 1536;
  std::size_t samples = 256;  ///< nntk: displacements
  OutputMode outputs = OutputMode::sum;
  std::optional<std::size_t> repetitions;
  bool json = false;
};

using Command = std::variant<InfoOptions, InitOptions, GramOptions, SpectrumOptions, PredictOptions,
                             TrainOptions, DynamicsOptions, BenchOptions>;

}  // namespace nntk::tool
