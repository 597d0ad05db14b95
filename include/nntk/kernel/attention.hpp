// SPDX-License-Identifier: BSD-3-Clause
//
// Attention over the samples of the nonlocal operator (arXiv:2509.12467): the weight 1/M of a sample becomes
//
//   a_k = softmax_k(s_k/τ)          Σ a_k = 1;  τ → ∞ is uniform
//
//   score      s_k
//   distance   −‖δ_k‖²/2                            near parameters count more
//   dot        ⟨Qθ, K(θ + δ_k)⟩/√r                  Q, K random sketches of r rows, entries ±1/√p
//   response   −‖f(X; θ + δ_k) − f(X; θ)‖²          parameters that do alike on the anchors X count more
//
// Weights that differ by input are those of own_weights.hpp. A user's score is one more callable (θ, θ + δ_k)
// -> s_k, called by several threads at once.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nntk/kernel/forward.hpp"
#include "nntk/random.hpp"
#include "nntk/tangent/interaction.hpp"

namespace nntk {

/// a_k of scores. Cost: M exponentials. `temperature` > 0.
inline std::vector<double> softmax(std::vector<double> scores, double temperature) {
  const double highest = *std::ranges::max_element(scores);
  double sum = 0;
  for (double& score : scores) sum += score = std::exp((score - highest) / temperature);
  for (double& score : scores) score /= sum;
  return scores;
}

/// The weights of M samples. Cost: M p draws and M scores. Allocates M weights, and θ for each thread. The
/// same bits for any number of threads.
template <class T, class Score>
std::vector<double> attend(const tangent::Interaction<T>& interaction, std::span<const T> theta,
                           std::size_t samples, double temperature, const Score& score, int threads) {
  std::vector<double> scores(samples);
#pragma omp parallel num_threads(threads)
  {
    std::vector<T> displaced(theta.size());
#pragma omp for
    for (std::size_t k = 0; k < samples; ++k) {
      interaction.displace(k, theta, displaced);
      scores[k] = score(theta, std::span<const T>(displaced));
    }
  }
  return softmax(std::move(scores), temperature);
}

struct DistanceScore {
  template <class T>
  double operator()(std::span<const T> theta, std::span<const T> displaced) const {
    double square = 0;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const double delta = static_cast<double>(displaced[i]) - static_cast<double>(theta[i]);
      square += delta * delta;
    }
    return -0.5 * square;
  }
};

/// The sketches belong to a seed and are drawn anew for each sample: nothing of r · p numbers is kept.
class DotScore {
 public:
  template <class T>
  DotScore(std::uint64_t seed, std::size_t rows, std::span<const T> theta)
      : seed_(seed), rows_(rows), query_(sketch(random::Stream::query, theta)) {}

  template <class T>
  double operator()(std::span<const T> /*theta*/, std::span<const T> displaced) const {
    const std::vector<double> key = sketch(random::Stream::key, displaced);
    double product = 0;
    for (std::size_t row = 0; row < rows_; ++row) product += query_[row] * key[row];
    return product / std::sqrt(static_cast<double>(rows_));
  }

 private:
  template <class T>
  [[nodiscard]] std::vector<double> sketch(random::Stream stream, std::span<const T> theta) const {
    std::vector<double> product(rows_);
    std::vector<T> signs(theta.size());
    for (std::size_t row = 0; row < rows_; ++row) {
      random::fill_signs(random::Source(seed_, stream, row), 0, std::span<T>(signs));
      for (std::size_t i = 0; i < theta.size(); ++i)
        product[row] += static_cast<double>(signs[i]) * static_cast<double>(theta[i]);
      product[row] /= std::sqrt(static_cast<double>(theta.size()));
    }
    return product;
  }

  std::uint64_t seed_;
  std::size_t rows_;
  std::vector<double> query_;
};

/// Refers to the anchors. Cost of a score: a forward sweep of them. A stochastic network responds in its
/// realisation 0 of the seed.
template <class Network, class T>
class ResponseScore {
 public:
  ResponseScore(std::span<const T> theta, const Inputs& anchors, std::uint64_t seed = 0)
      : anchors_(anchors),
        realisation_{.seed = seed},
        base_(forward<Network, T>(theta, anchors, realisation_)) {}

  double operator()(std::span<const T> /*theta*/, std::span<const T> displaced) const {
    const std::vector<T> moved = forward<Network, T>(displaced, anchors_, realisation_);
    double square = 0;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      const double response = static_cast<double>(moved[i]) - static_cast<double>(base_[i]);
      square += response * response;
    }
    return -square;
  }

 private:
  Inputs anchors_;
  Realisations realisation_;
  std::vector<T> base_;
};

}  // namespace nntk
