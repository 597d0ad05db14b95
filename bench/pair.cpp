// SPDX-License-Identifier: BSD-3-Clause
//
// The least work there is: the kernel of one pair of inputs, from the call to the number.
//
// Prints JSON: nanoseconds a call, the median of batches of calls, each with an input of its own.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "architectures/2-16-16-1.hpp"
#include "nntk/nntk.hpp"

namespace {

using namespace nntk;
using Clock = std::chrono::steady_clock;

constexpr int calls = 10'000, batches = 101;

/// Median of nanoseconds a call of the kernel of a pair; both inputs change from call to call.
double measure(const Ntk<Architecture>& kernel) {
  std::vector<double> x{1.0, 0.5}, y{-0.3, 0.8};
  PairKernel pair(kernel, 2);
  std::vector<double> nanoseconds;
  double value = 0;
  for (int batch = 0; batch < batches; ++batch) {
    const auto start = Clock::now();
    for (int call = 0; call < calls; ++call) {
      value = pair(x, y);
      x[0] = y[1] = 1e-3 * value;
    }
    nanoseconds.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count() / calls);
  }
  std::ranges::nth_element(nanoseconds, nanoseconds.begin() + batches / 2);
  return nanoseconds[batches / 2];
}

}  // namespace

int main() {
  const std::vector<double> theta = initial_parameters<Architecture>(0);
  const double pair = measure(Ntk<Architecture>(theta.data(), OutputMode::mean));
  const std::string_view set = simd::instruction_set();
  std::printf("{\"architecture\": \"2-16-16-1\", \"instruction_set\": \"%.*s\", \"pair_ns\": %.0f}\n",
              static_cast<int>(set.size()), set.data(), pair);
}
