// SPDX-License-Identifier: BSD-3-Clause
//
// A compiled architecture behind one run-time interface: the seam between the specialised translation unit
// (one per architecture, small and quick to compile) and the command line, which is compiled once for all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nntk/arch/range.hpp"
#include "nntk/kernel/estimator.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/part.hpp"
#include "nntk/kernel/realisations.hpp"

namespace nntk::tool {

/// One block of the parameter vector, as `info` prints it.
struct BlockDescription {
  std::string name;                ///< for example "2.weight"
  std::vector<std::size_t> shape;  ///< (fan_out, fan_in) of a weight, (fan_out) of a bias
  std::size_t offset = 0;          ///< first entry in θ
};

/// A number of a layer's declaration.
struct Setting {
  std::string name;
  double value = 0;
};

/// One layer of a bound architecture; combinators carry their body as children. Enough to build the same
/// network at run time.
struct LayerDescription {
  std::string name;  ///< "Input", "Dense", "Relu", "Residual", ... as in the declaration
  std::size_t in = 0, out = 0;
  double weight_scale = 0, bias_scale = 0;  ///< Dense: σ_w, σ_b
  bool standard_parameterisation = false;   ///< Dense: z = W a + b
  double branch_scale = 0;                  ///< Residual: x + scale · body(x)
  std::vector<Setting> settings = {};       ///< what else the declaration says, for example {"drop", 0.5}
  std::vector<BlockDescription> blocks;
  std::vector<LayerDescription> children;
  double (*activation)(double) = nullptr;             ///< elementwise layers: φ
  double (*activation_derivative)(double) = nullptr;  ///< and φ', by dual numbers
};

/// What `info` prints.
struct Description {
  std::vector<LayerDescription> layers;
  std::size_t inputs = 0, outputs = 0, parameter_count = 0;
  std::string scalar;           ///< "f64" or "f32"
  std::string instruction_set;  ///< what the kernels were compiled for
  std::size_t lanes = 0;        ///< samples of a tile
  std::size_t workspace_bytes = 0;
  std::size_t feature_bytes_per_sample = 0;
  double flops_per_sample = 0, flops_per_pair = 0;  ///< local NTK, outputs summed
  double flops_per_full_pair = 0;                   ///< and with all pairs of outputs
  bool has_infinite_width = false;
  std::size_t noise_count = 0;  ///< random numbers of a realisation; 0: the network is deterministic
};

enum class KernelKind { ntk, nntk, nngp, ntk_infinite };
enum class RadiusLaw { fixed, gaussian, ball, riesz };
enum class DirectionLaw { gaussian, rademacher, orthogonal, coordinate, rank_one };
enum class AttentionKind { none, distance, dot, response, own };

/// Row-major data, one sample a row.
struct Samples {
  std::span<const double> values;
  std::size_t count = 0;
};

struct NonlocalOptions {
  std::size_t samples = 1024;
  double radius = 0.1;
  RadiusLaw radius_law = RadiusLaw::fixed;
  double inner_radius = 0;  ///< riesz: the inner cut
  double order = 0.5;       ///< riesz: s
  DirectionLaw direction = DirectionLaw::rademacher;
  bool antithetic = false;
  Range only = {};  ///< the parameters that move
  Estimator estimator = Estimator::energy;
  AttentionKind attention = AttentionKind::none;
  double temperature = 1;
  std::size_t sketch_rows = 16;  ///< dot: r
  Samples anchors = {};          ///< response: X
  std::uint64_t seed = 0;
};

struct GramRequest {
  KernelKind kernel = KernelKind::ntk;
  OutputMode outputs = OutputMode::mean;
  /// parameter_count values, which stay while the request is answered; not read by the infinite-width
  /// kernels.
  std::span<const double> theta;
  NonlocalOptions nonlocal;
  Realisations realisations = {};  ///< of a stochastic network
  Samples x;
  Samples x2;               ///< empty: the symmetric Gram matrix of x
  bool with_error = false;  ///< of a nonlocal kernel: the Monte-Carlo standard errors too
  bool in_parts = false;    ///< the features of all samples are kept, whatever memory they take
  int threads = 1;
};

/// Where a part of a Gram matrix goes, (rows, columns, entries of the mode...) row-major. Entries of a pair:
/// sum and mean 1, diagonal O, full O·O.
struct GramValues {
  std::span<double> values;
  std::span<double> turned = {};  ///< empty, or (columns, rows, entries...): the mirror image
  std::span<double> errors = {}, turned_errors = {};  ///< like these, where the request is with_error
};

/// A request that is being answered, as a whole or in parts. It refers to what the request refers to.
class GramEvaluation {
 public:
  virtual ~GramEvaluation() = default;
  /// Rows and columns of a part begin at a multiple of so many samples.
  [[nodiscard]] virtual std::size_t granularity() const = 0;
  /// Whether a part costs no sweep; else each one costs those over all samples.
  [[nodiscard]] virtual bool keeps_features() const = 0;
  [[nodiscard]] virtual Part whole() const = 0;
  /// Sweeps over all samples, before the first part. Throws Interrupted where `progress` says so, and as its
  /// kernel does. Allocates nothing.
  virtual void prepare(const nntk::Progress& progress = {}) = 0;
  /// A part; of a symmetric matrix one above its diagonal or on it, with rows = columns. Throws as `prepare`.
  /// Allocates nothing, but with errors 3 numbers an entry where no part has been as large.
  virtual void evaluate(const Part& part, const GramValues& to, const nntk::Progress& progress = {}) = 0;
  /// `prepare`, and the whole matrix.
  void run(const GramValues& to, const nntk::Progress& progress = {}) { evaluate_whole(*this, to, progress); }
};

enum class Loss { squared, cross_entropy };

/// What a network is trained on, and the law of the displacements that find the way down.
struct DescentRequest {
  Samples x;                  ///< at least one
  std::span<const double> y;  ///< (x.count, outputs) row-major; of the cross-entropy class probabilities
  Loss loss = Loss::squared;
  NonlocalOptions nonlocal;        ///< neither its estimator nor its attention is read
  Realisations realisations = {};  ///< of a stochastic network, whose mean is trained: average `network`
  int threads = 1;                 ///< at most as many take part in a gradient
  std::function<bool()>
      is_stopped;  ///< may be empty; asked by several threads. Once it is true, results mean nothing
};

/// The samples that a gradient looks at, by their indices; empty: all of them.
using SampleIndices = std::span<const std::size_t>;

/// The loss L(θ) = (1/N) Σ ℓ(f(x_i; θ), y_i) and its gradients: ℓ is ‖f − y‖²/2, or the cross-entropy of y
/// and softmax f. It refers to the x and the y of its request.
class Descent {
 public:
  virtual ~Descent() = default;
  /// L(θ) over all samples. Cost: N · P multiply-adds. Allocates nothing.
  [[nodiscard]] virtual double loss(std::span<const double> theta) = 0;
  /// gradient ← ∂L/∂θ of L over a batch of N, parameter_count values, 0 where the network has no derivative:
  /// the same bits for any number of threads. Cost: 3 N · P multiply-adds a realisation, and N · P more where
  /// there are several. Allocates θ twice, the features of 32 tiles and a sweep's scratch for each thread,
  /// the first time, and the inputs of a batch where there has been none as large.
  virtual void local_gradient(std::span<const double> theta, SampleIndices batch,
                              std::span<double> gradient) = 0;
  /// gradient ← G_ρ L(θ) of L over a batch, parameter_count values, by displacements that belong to this
  /// step: the same bits for any number of threads. Cost: samples + 1 losses of the batch, 2 · samples · P
  /// draws. Allocates the inputs of a batch likewise.
  virtual void nonlocal_gradient(std::span<const double> theta, SampleIndices batch, std::uint64_t step,
                                 std::span<double> gradient) = 0;
};

/// An architecture, compiled.
class Program {
 public:
  virtual ~Program() = default;
  [[nodiscard]] virtual Description describe() const = 0;
  /// θ ~ its initial law, the same for a seed everywhere. theta holds parameter_count values.
  virtual void initialise(std::uint64_t seed, std::span<double> theta) const = 0;
  /// out(n, outputs) = f(x; θ), of a stochastic network the mean over its realisations.
  virtual void evaluate(std::span<const double> theta, const Realisations& realisations, Samples x,
                        std::span<double> out) const = 0;
  /// The Gram matrix, to be evaluated again and again: all is allocated here.
  [[nodiscard]] virtual std::unique_ptr<GramEvaluation> prepare(const GramRequest& request) const = 0;
  /// The Gram matrix, once.
  void gram(const GramRequest& request, const GramValues& to, const nntk::Progress& progress = {}) const {
    prepare(request)->run(to, progress);
  }
  /// The way down from any θ: all is allocated here but what a gradient needs for each thread and sample.
  [[nodiscard]] virtual std::unique_ptr<Descent> prepare_descent(const DescentRequest& request) const = 0;
  /// The displacement δ_k that the nonlocal kernel uses for sample k: writes parameter_count values, returns
  /// ‖δ_k‖².
  virtual double displace(const NonlocalOptions& options, std::size_t sample,
                          std::span<double> displacement) const = 0;
  /// Multiply-adds a second that one core can do in this scalar, measured now by code compiled as the kernels
  /// are.
  [[nodiscard]] virtual double fma_peak() const = 0;
};

/// A network, compiled for one processor. All but `make` can be used on another.
struct CompiledProgram {
  std::string_view instruction_set;  ///< as xsimd names it
  unsigned version;                  ///< of the instruction set: the wider, the higher
  std::unique_ptr<Program> (*make)();
};

/// All that a binary holds, in the order of its link; none in a program without a specialised unit. Each of
/// these leaves the address of its own in the section nntk_programs. Allocates nothing.
std::span<const CompiledProgram* const> compiled_programs() noexcept;

/// The widest of them that this processor can run or, of that name, `instruction_set`; null if there is none.
/// Calls none of them, and allocates nothing.
const CompiledProgram* choose_program(std::string_view instruction_set = {}) noexcept;

}  // namespace nntk::tool
