// SPDX-License-Identifier: BSD-3-Clause
//
// The nonlocal neural tangent kernel (Nagaraj and Hari 2025, arXiv:2509.12467) as a TileKernel. With M
// displaced parameters θ + δ_k shared by all inputs, Δ_k(x) = f(x; θ + δ_k) − f(x; θ) and C_km = p² ⟨δ_k,
// δ_m⟩/(‖δ_k‖² ‖δ_m‖²), p the number of parameters that move,
//
//   energy     K = (p/M) Σ_k Δ_k(x) Δ_k(x')/‖δ_k‖²           in passes over slices of the samples
//   plugin     K = Σ_km Δ_k(x) C_km Δ_m(x')/M²
//   unbiased   K = Σ_{k≠m} Δ_k(x) C_km Δ_m(x')/(M(M−1)); of antithetic pairs without the terms of one pair
//
//   features of a tile   | inputs | f(x; θ) | D: responses [output][sample] | E = C D | E without k = m
//                        | own weights |
//
// responses.hpp finds D. A pair of inputs costs O·M multiply-adds. For the mean kernel of a stochastic
// network (realisations.hpp) samples take turns with the realisations, and C is 0 between different ones.
//
// With weights a_k (attention.hpp) for 1/M, energy is p Σ_k a_k Δ_k(x) Δ_k(x')/‖δ_k‖², plugin is Σ_km a_k
// Δ_k(x) C_km Δ_m(x') a_m, and unbiased that without the terms of samples drawn together, over what is left
// of Σ_km a_k a_m. Own weights a_k(x) (own_weights.hpp) differ by input: energy is then p Σ_k √(a_k(x)
// a_k(x')) Δ_k(x) Δ_k(x')/‖δ_k‖², plugin Σ_km a_k(x) Δ_k(x) C_km Δ_m(x') a_m(x'), unbiased as above.
//
// With standard errors, entries of a pair of inputs are K and two moments of its draws (spread.hpp): Σ a t
// and Σ t² where it is computed in passes, else of the departures and the neighbours. The two samples of an
// antithetic pair are one draw.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "nntk/kernel/block.hpp"
#include "nntk/kernel/contraction.hpp"
#include "nntk/kernel/correlated.hpp"
#include "nntk/kernel/correlation.hpp"
#include "nntk/kernel/estimator.hpp"
#include "nntk/kernel/extreme.hpp"
#include "nntk/kernel/features.hpp"
#include "nntk/kernel/outputs.hpp"
#include "nntk/kernel/own_weights.hpp"
#include "nntk/kernel/responses.hpp"
#include "nntk/kernel/sample_weights.hpp"
#include "nntk/kernel/spread.hpp"
#include "nntk/kernel/standard_error.hpp"
#include "nntk/tangent/interaction.hpp"

namespace nntk {

template <class Network, class T>
class NonlocalKernel {
  static constexpr std::size_t outputs = Network::outputs;

 public:
  using Scalar = T;
  /// Rows of responses that one pass of the energy estimator holds, unless told otherwise.
  static constexpr std::size_t rows_per_pass = 1024;
  static constexpr std::size_t tiles_per_group = Responses<Network, T>::tiles_per_group;

  class Workspace : public Responses<Network, T>::Workspace {
   public:
    explicit Workspace(const NonlocalKernel& kernel) : Responses<Network, T>::Workspace(kernel.responses_) {}
  };

  /// θ and the interaction are read, not copied. At least 1 draw, and 2 for unbiased or with errors (3 for
  /// both), an antithetic pair being one; for unbiased with the mean kernel of R realisations 2 of each, and
  /// weights of which each realisation has its part. `own_temperature` > 0: own weights. `most_rows`: of
  /// responses in a pass. Allocates the correlation of the samples where the estimator has one.
  NonlocalKernel(std::span<const T> theta, const tangent::Interaction<T>& interaction, std::size_t samples,
                 Estimator estimator, OutputMode mode, bool with_error, int threads,
                 std::span<const double> weights = {}, const Realisations& realisations = {},
                 double own_temperature = 0, std::size_t most_rows = rows_per_pass)
      : responses_(theta, interaction, realisations),
        samples_(samples),
        estimator_(estimator),
        mode_(mode),
        with_error_(with_error),
        together_(interaction.together()),
        dimension_(static_cast<double>(interaction.moving(theta.size()).count)),
        weights_(weights, samples, together_),
        own_temperature_(own_temperature),
        per_pass_(is_whole()
                      ? samples
                      : std::min(samples, std::max(together_, most_rows / outputs / together_ * together_))) {
    if (!is_energy()) correlate(theta, interaction, threads);
  }

  [[nodiscard]] std::size_t rows() const {
    const std::size_t sets = is_energy() ? 1 : (estimator_ == Estimator::plugin ? 3 : 2);
    return response_row() + sets * set_rows() + (is_own() ? samples_ : 0);
  }
  [[nodiscard]] std::size_t entries() const { return pair_entries() * (with_error_ ? 3 : 1); }
  [[nodiscard]] std::size_t mirrored(std::size_t entry) const {
    const std::size_t plane = entry / pair_entries();
    return plane * pair_entries() + mirrored_entry(mode_, outputs, entry % pair_entries());
  }

  // In passes: base, then each slice of samples. As a whole: base, responses, own weights and E = C D.
  [[nodiscard]] std::size_t steps() const { return is_whole() ? 3 : 1 + passes(); }
  [[nodiscard]] bool accumulates(std::size_t step) const { return is_whole() ? step == 2 : step > 0; }
  [[nodiscard]] std::size_t items(std::size_t step, const Features<T>& features) const {
    const bool is_by_sample = is_whole() ? step == 1 : step > 0;
    return is_by_sample ? samples_in(step) : features.groups();
  }

  void prepare(Workspace& workspace, std::size_t step, std::size_t item, const Inputs& inputs,
               Features<T>& features) const noexcept {
    if (step == 0) {
      responses_.prepare_base(workspace, item, inputs, features);
    } else if (!is_whole() || step == 1) {
      prepare_responses(workspace, step, item, features);
    } else {
      if (is_own()) weigh(features.group(item));
      if (!is_energy()) prepare_correlated(features.group(item));
    }
  }

  void accumulate(Workspace& /*workspace*/, std::size_t step, TileGroup<const T> i, TileGroup<const T> j,
                  TilePairs pairs, Block<T>& block) const noexcept {
    const std::size_t count = samples_in(step);
    for (std::size_t entry = 0; entry < pair_entries(); ++entry) {
      const OutputPair pair = output_pair(mode_, outputs, entry);
      const auto left = i.from_row(response_row() + pair.left * count);
      const auto right = j.from_row(response_row() + pair.right * count);
      const std::size_t depth = is_trace() ? outputs * count : count;
      expr::for_blocks(depth, depth_block, [&](std::size_t first, std::size_t rows_in_block) {
        pairs.for_each([&](std::size_t p, std::size_t q) {
          add_responses(left.from_row(first), right.from_row(first), p, q, rows_in_block,
                        block.tile(entry, p, q));
        });
      });
      pairs.for_each([&](std::size_t p, std::size_t q) {
        if (with_error_)
          is_whole() ? add_spread(entry, i, j, p, q, block) : add_moments(step, entry, i, j, p, q, block);
        if (has_own_norm()) normalise(entry, i, j, p, q, block);
      });
    }
  }

  /// Of all pairs of inputs so far, the least share of own weights that unbiased had left: near 0 one draw
  /// has all of them, and K is rounding.
  [[nodiscard]] double least_weight_left() const { return least_left_.value(); }

  /// The standard error of an entry K, given its moments.
  [[nodiscard]] double standard_error(double value, double first, double second) const {
    return is_whole() ? jackknife_error(estimator_, weights_.draws(), responses_.functions(), first, second)
                      : energy_error(weights_, value, first, second);
  }

 private:
  [[nodiscard]] bool is_energy() const { return estimator_ == Estimator::energy; }
  [[nodiscard]] bool is_own() const { return own_temperature_ > 0; }
  /// Whether the responses of all samples are needed at once.
  [[nodiscard]] bool is_whole() const { return !is_energy() || is_own(); }
  [[nodiscard]] bool is_trace() const { return mode_ == OutputMode::sum || mode_ == OutputMode::mean; }
  /// The mean over outputs is a weight of every response.
  [[nodiscard]] double output_weight() const {
    return mode_ == OutputMode::mean ? 1.0 / static_cast<double>(outputs) : 1.0;
  }
  [[nodiscard]] std::size_t pair_entries() const { return entries_of(mode_, outputs); }
  [[nodiscard]] std::size_t passes() const { return (samples_ + per_pass_ - 1) / per_pass_; }
  [[nodiscard]] std::size_t first_sample(std::size_t step) const {
    return is_whole() ? 0 : (step - 1) * per_pass_;
  }
  [[nodiscard]] std::size_t samples_in(std::size_t step) const {
    return std::min(per_pass_, samples_ - first_sample(step));
  }
  [[nodiscard]] std::size_t response_row() const { return responses_.base_rows(); }
  [[nodiscard]] std::size_t set_rows() const { return outputs * per_pass_; }

  /// D of all inputs: √(p a_k)/‖δ_k‖ · Δ_k for energy, Δ_k for the others. Own weights come later; their row
  /// holds meanwhile what makes D² to Δ².
  void prepare_responses(Workspace& workspace, std::size_t step, std::size_t item,
                         Features<T>& features) const {
    const std::size_t sample = first_sample(step) + item;
    const double share = dimension_ * output_weight() * (is_own() ? 1.0 : weights_[sample]);
    const double scale = responses_.prepare(
        workspace, sample, [&](double norm) { return is_energy() ? std::sqrt(share) / norm : 1.0; },
        [&](std::size_t o) { return response_row() + o * samples_in(step) + item; }, features);
    for (std::size_t g = 0; is_own() && g < features.groups(); ++g)
      fill_row(own_weights(features.group(g)).from_row(sample), static_cast<T>(1 / (scale * scale)));
  }

  template <class U>
  [[nodiscard]] TileGroup<U> own_weights(TileGroup<U> group) const {
    return group.from_row(rows() - samples_);
  }
  /// D ← √a(x) D for energy, a(x) D for the others; a of draws remains.
  void weigh(TileGroup<T> group) const {
    const TileGroup<T> responses = group.from_row(response_row()), weights = own_weights(group);
    weigh_own(responses, outputs, samples_, own_temperature_, weights);
    multiply_own(weights, outputs, samples_, is_energy(), responses);
    sum_own_draws(weights, samples_, together_);
  }

  /// E = C D, and for plugin also E without the terms of samples that are drawn together.
  void prepare_correlated(TileGroup<T> group) const {
    for (std::size_t o = 0; o < outputs; ++o) {
      const TileGroup<T> responses = group.from_row(response_row() + o * samples_);
      const TileGroup<T> all = responses.from_row(set_rows());
      correlated_.multiply(read_only(responses), all);
      if (estimator_ != Estimator::plugin) continue;
      copy_rows(all, all.from_row(set_rows()), samples_);
      correlated_.leave_out_together(read_only(responses), all.from_row(set_rows()));
    }
  }

  /// K += D D' for energy, K += D E' + E D' (with half of C) for the others: the same bits for (x, x') and
  /// (x', x).
  void add_responses(TileGroup<const T> i, TileGroup<const T> j, std::size_t p, std::size_t q,
                     std::size_t depth, T* block) const {
    if (is_energy()) return contract_tile<T>(i.tile(p), j.tile(q), depth, Add<T>{block});
    alignas(simd::alignment) T sum[Block<T>::tile_size];
    const auto correlated_i = i.from_row(set_rows()), correlated_j = j.from_row(set_rows());
    contract_tile<T>(i.tile(p), correlated_j.tile(q), depth, Store<T>{sum, simd::Batch<T>(T(0))});
    contract_tile<T>(correlated_i.tile(p), j.tile(q), depth, Add<T>{sum});
    for (std::size_t at = 0; at < Block<T>::tile_size; ++at) block[at] += sum[at];
  }

  /// Of the draws of a pass.
  void add_moments(std::size_t step, std::size_t entry, TileGroup<const T> i, TileGroup<const T> j,
                   std::size_t p, std::size_t q, Block<T>& block) const {
    const std::size_t count = samples_in(step);
    const OutputPair pair = output_pair(mode_, outputs, entry);
    add_pass_moments(i.from_row(response_row() + pair.left * count).tile(p),
                     j.from_row(response_row() + pair.right * count).tile(q), is_trace() ? outputs : 1,
                     weights_, {first_sample(step), count, together_},
                     block.tile(pair_entries() + entry, p, q), block.tile(2 * pair_entries() + entry, p, q));
  }

  /// Departures and neighbours of all draws.
  void add_spread(std::size_t entry, TileGroup<const T> i, TileGroup<const T> j, std::size_t p, std::size_t q,
                  Block<T>& block) const {
    const OutputPair pair = output_pair(mode_, outputs, entry);
    const Spread<T> spread(weights_, is_energy() ? nullptr : &correlated_, samples_, together_,
                           is_trace() ? outputs : 1);
    spread.accumulate(spread_rows(i, p, pair.left), spread_rows(j, q, pair.right),
                      block.tile(pair_entries() + entry, p, q), block.tile(2 * pair_entries() + entry, p, q));
  }
  [[nodiscard]] SpreadRows<T> spread_rows(TileGroup<const T> group, std::size_t tile,
                                          std::size_t output) const {
    const T* responses = group.from_row(response_row() + output * samples_).tile(tile);
    const std::size_t set = set_rows() * simd::lanes<T>;
    const T* weights = is_own() ? own_weights(group).tile(tile) : nullptr;
    if (is_energy()) return {responses, nullptr, nullptr, weights};
    return {responses, responses + set, responses + (estimator_ == Estimator::plugin ? 2 : 1) * set, weights};
  }

  /// Whether unbiased has a norm for each pair of inputs.
  [[nodiscard]] bool has_own_norm() const { return is_own() && estimator_ == Estimator::unbiased; }
  /// K over what is left of the weights, and its moments, which are squares, over the square of that.
  void normalise(std::size_t entry, TileGroup<const T> i, TileGroup<const T> j, std::size_t p, std::size_t q,
                 Block<T>& block) const {
    alignas(simd::alignment) T left[Block<T>::tile_size];
    least_left_.note(own_weight_left(own_weights(i).tile(p), own_weights(j).tile(q), weights_.draws(),
                                     responses_.functions(), left));
    for (std::size_t plane = 0; plane < entries() / pair_entries(); ++plane) {
      T* to = block.tile(plane * pair_entries() + entry, p, q);
      for (std::size_t at = 0; at < Block<T>::tile_size; ++at)
        to[at] /= plane == 0 ? left[at] : left[at] * left[at];
    }
  }

  /// Half of C with the normalisation of the estimator.
  void correlate(std::span<const T> theta, const tangent::Interaction<T>& interaction, int threads) {
    std::vector<T> matrix = Correlation<T>(interaction, theta, samples_, threads).take();
    const bool is_plugin = estimator_ == Estimator::plugin;
    const double turns = static_cast<double>(responses_.functions());
    const double left = is_plugin || is_own() ? 1.0 : 1.0 - turns * weights_.squares();
    const double scale = 0.5 * output_weight() * turns / left;
    for (std::size_t k = 0; k < samples_; ++k) {
      for (std::size_t m = 0; m < samples_; ++m)
        matrix[k * samples_ + m] *= responses_.turn(k) == responses_.turn(m)
                                        ? static_cast<T>(scale * (is_own() ? 1.0 : weights_[k] * weights_[m]))
                                        : T(0);
    }
    correlated_ =
        Correlated<T>(std::move(matrix), samples_, together_, responses_.functions() * together_, is_plugin);
  }

  Responses<Network, T> responses_;
  std::size_t samples_;
  Estimator estimator_;
  OutputMode mode_;
  bool with_error_;
  std::size_t together_;
  double dimension_;
  SampleWeights weights_;
  double own_temperature_;
  std::size_t per_pass_;
  Correlated<T> correlated_;
  mutable Minimum least_left_{1.0};
};

}  // namespace nntk
