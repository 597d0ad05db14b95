// SPDX-License-Identifier: BSD-3-Clause
//
// Laws of one's own for the nonlocal kernel: how far the parameters go, which way, and which of the displaced
// parameters count. The network has a Sign inside; its local kernel sees the last layer alone.
#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

#include "nntk/nntk.hpp"

using namespace nntk;
using Architecture = Network<Input<2>, Dense<32>, Sign, Dense<1, Scale{.weight = 1, .bias = 0}>>;

/// All scales alike: log ‖δ‖ is uniform between two lengths.
struct LogUniformRadius {
  double shortest, longest;
  [[nodiscard]] double draw(const random::Source& source, std::size_t /*p*/) const {
    return shortest * std::pow(longest / shortest, random::uniform(source));
  }
};

/// Signs, every other one 0: sparse, and E[g gᵀ/‖g‖²] = I/p over even and odd samples together.
struct HalfDirection {
  template <class T>
  static void fill(const tangent::Draw& draw, std::size_t first, std::span<T> out) {
    random::fill_signs(draw.source(), first, out);
    for (std::size_t i = 0; i < out.size(); ++i)
      if ((first + i + draw.sample) % 2 == 1) out[i] = T(0);
  }
};

/// Parameters count more where the first weight has grown.
double score(std::span<const double> theta, std::span<const double> displaced) {
  return displaced[0] - theta[0];
}

int main() {
  constexpr std::size_t samples = 4096;
  const std::vector<double> theta = initial_parameters<Architecture>(1), x{1.0, 0.5}, y{-0.3, 0.8};
  const tangent::Law<double, LogUniformRadius, HalfDirection> law({0.1, 10}, {}, 1);
  const auto show = [&](const char* name, const auto& kernel) {
    std::printf("%-28s %.4f\n", name, gram(kernel, {x.data(), 1, 2}, {y.data(), 1, 2})[0]);
  };
  const auto weights = attend<double>(law, theta, samples, 0.5, score, 1);
  show("local", Ntk<Architecture>(theta.data(), OutputMode::sum));
  using Kernel = NonlocalKernel<Architecture, double>;
  show("nonlocal", Kernel(theta, law, samples, Estimator::energy, OutputMode::sum, false, 1));
  show("nonlocal with attention",
       Kernel(theta, law, samples, Estimator::energy, OutputMode::sum, false, 1, weights));
}
