// SPDX-License-Identifier: BSD-3-Clause
//
// The floor that every benchmark stands on: how many multiply-adds a second one core does when nothing else
// holds it up, measured in the process that uses the figure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "nntk/simd.hpp"

namespace nntk::tool {

/// Multiply-adds a second, the best of `rounds` measurements of about 10 ms. Twelve independent chains cover
/// the latency of two units; each starts elsewhere, so that no compiler can merge them, and all of their
/// numbers are in memory before the time begins and before it ends, so that none is made outside of it.
template <class T>
double measure_fma_peak(int rounds = 5) {
  using Batch = simd::Batch<T>;
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t chains = 12, steps = 1'000'000;
  double best = 0;
  for (int round = 0; round < rounds; ++round) {
    Batch sum[chains];
    for (std::size_t c = 0; c < chains; ++c)
      sum[c] = Batch(static_cast<T>(c + static_cast<std::size_t>(round)));
    const Batch factor(static_cast<T>(0.999)), term(static_cast<T>(0.001));
    const auto settle = [&sum] { asm volatile("" : : "r"(sum) : "memory"); };
    settle();
    const auto start = Clock::now();
    for (std::size_t step = 0; step < steps; ++step) {
#pragma GCC unroll 12
      for (Batch& chain : sum) chain = simd::fma(chain, factor, term);
    }
    settle();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, static_cast<double>(steps * chains * simd::width<T>) / seconds);
  }
  return best;
}

}  // namespace nntk::tool
